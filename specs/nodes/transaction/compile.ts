import type { AuthoredNode, CompileNode } from "../node-compiler.ts";

interface AuthoredTransaction extends AuthoredNode {
  readonly nodes: readonly AuthoredNode[];
}

export const compileTransaction: CompileNode<"transaction"> = (node, context) => {
  const { nodes } = node as AuthoredTransaction;
  return { ...context.base, type: "transaction", nodes: context.branch(["nodes"], nodes) };
};
