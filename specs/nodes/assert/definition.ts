import type { NodeDefinition } from "../definition.ts";

export const assert: NodeDefinition<"assert"> = {
  type: "assert",
  category: "safety",
  summary: "Fails the execution unless a condition holds.",
  opensTransaction: false,
  effect: () => "none",
  branches: () => [],
  sites: (node) => [{ type: "expression", path: "expr", source: node.expr, expects: "boolean" }],
};
