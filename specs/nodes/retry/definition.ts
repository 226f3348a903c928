import type { NodeDefinition } from "../definition.ts";

export const retry: NodeDefinition<"retry"> = {
  type: "retry",
  category: "logic",
  summary: "Runs its nodes again, a bounded number of times, when they fail.",
  opensTransaction: false,
  pauses: true,
  effect: () => "none",
  branches: (node) => [{ path: "nodes", nodes: node.nodes, runs: "many" }],
  sites: () => [],
};
