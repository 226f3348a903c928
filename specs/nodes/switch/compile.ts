import type { JsonValue } from "../../json.ts";
import type { AuthoredNode, CompileNode } from "../node-compiler.ts";

interface AuthoredSwitch extends AuthoredNode {
  readonly on: string | boolean;
  readonly cases: readonly { readonly equals: JsonValue; readonly nodes: readonly AuthoredNode[] }[];
  readonly default?: readonly AuthoredNode[];
}

export const compileSwitch: CompileNode<"switch"> = (node, context) => {
  const authored = node as AuthoredSwitch;
  const literals = authored.cases.map(({ equals }) => JSON.stringify(equals));
  literals.forEach((value, index) => {
    if (literals.indexOf(value) < index) context.report("duplicate-case", ["cases", index, "equals"], { value });
  });
  return {
    ...context.base,
    type: "switch",
    on: String(authored.on),
    cases: authored.cases.map(({ equals, nodes }, index) => ({
      equals,
      nodes: context.branch(["cases", index, "nodes"], nodes),
    })),
    default: context.branch(["default"], authored.default),
  };
};
