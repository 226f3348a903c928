import type { AuthoredNode, CompileNode } from "../node-compiler.ts";

interface AuthoredIf extends AuthoredNode {
  readonly condition: string | boolean;
  readonly then: readonly AuthoredNode[];
  readonly else?: readonly AuthoredNode[];
}

export const compileIf: CompileNode<"if"> = (node, context) => {
  const authored = node as AuthoredIf;
  return {
    ...context.base,
    type: "if",
    condition: String(authored.condition),
    then: context.branch(["then"], authored.then),
    else: context.branch(["else"], authored.else),
  };
};
