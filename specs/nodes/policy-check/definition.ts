import type { NodeDefinition } from "../definition.ts";

export const policyCheck: NodeDefinition<"policyCheck"> = {
  type: "policyCheck",
  category: "safety",
  summary: "Refuses the call unless a condition holds.",
  opensTransaction: false,
  effect: () => "none",
  branches: () => [],
  sites: (node) => [{ type: "expression", path: "expr", source: node.expr, expects: "boolean" }],
};
