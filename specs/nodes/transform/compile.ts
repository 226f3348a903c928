import type { ValueTemplate } from "../../language/flow.ts";
import type { AuthoredNode, CompileNode } from "../node-compiler.ts";

interface AuthoredTransform extends AuthoredNode {
  readonly value: ValueTemplate;
}

export const compileTransform: CompileNode<"transform"> = (node, { base }) => {
  const { value } = node as AuthoredTransform;
  return { ...base, type: "transform", value };
};
