import type { NodeDefinition } from "../definition.ts";

export const forEach: NodeDefinition<"forEach"> = {
  type: "forEach",
  category: "logic",
  summary: "Runs its nodes once for each value of a bounded list.",
  opensTransaction: false,
  effect: () => "none",
  branches: (node) => [{ path: "nodes", nodes: node.nodes, runs: "many", times: node.maximum }],
  sites: (node) => [{ type: "expression", path: "items", source: node.items, expects: "list" }],
};
