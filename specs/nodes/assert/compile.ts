import type { AuthoredNode, CompileNode } from "../node-compiler.ts";

interface AuthoredAssert extends AuthoredNode {
  readonly expr: string | boolean;
  readonly message: string;
}

export const compileAssert: CompileNode<"assert"> = (node, { base }) => {
  const { expr, message } = node as AuthoredAssert;
  return { ...base, type: "assert", expr: String(expr), message };
};
