import type { NodeDefinition } from "../definition.ts";

export const transaction: NodeDefinition<"transaction"> = {
  type: "transaction",
  category: "safety",
  summary: "Runs its nodes in one database transaction.",
  opensTransaction: true,
  effect: () => "none",
  branches: (node) => [{ path: "nodes", nodes: node.nodes, runs: "once" }],
  sites: () => [],
};
