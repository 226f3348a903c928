import type { AuthoredNode, CompileNode } from "../node-compiler.ts";

interface AuthoredForEach extends AuthoredNode {
  readonly items: string | boolean;
  readonly maximum: number;
  readonly nodes: readonly AuthoredNode[];
}

export const compileForEach: CompileNode<"forEach"> = (node, context) => {
  const { items, maximum, nodes } = node as AuthoredForEach;
  return { ...context.base, type: "forEach", items: String(items), maximum, nodes: context.branch(["nodes"], nodes) };
};
