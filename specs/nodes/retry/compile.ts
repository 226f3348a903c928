import { type AuthoredRetry, compileRetry as compilePolicy } from "../../compile/durations.ts";
import type { AuthoredNode, CompileNode } from "../node-compiler.ts";

interface AuthoredRetryNode extends AuthoredNode {
  readonly retry: AuthoredRetry;
  readonly nodes: readonly AuthoredNode[];
}

export const compileRetry: CompileNode<"retry"> = (node, context) => {
  const { retry, nodes } = node as AuthoredRetryNode;
  return { ...context.base, type: "retry", retry: compilePolicy(retry), nodes: context.branch(["nodes"], nodes) };
};
