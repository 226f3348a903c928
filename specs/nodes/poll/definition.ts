import type { NodeDefinition } from "../definition.ts";

export const poll: NodeDefinition<"poll"> = {
  type: "poll",
  category: "logic",
  summary: "Runs its nodes until a condition holds, a bounded number of times.",
  opensTransaction: false,
  pauses: true,
  effect: () => "none",
  branches: (node) => [{ path: "nodes", nodes: node.nodes, runs: "many", times: node.maxAttempts }],
  sites: (node) => [{ type: "expression", path: "until", source: node.until, expects: "boolean", scope: "branch" }],
};
