import type { NodeDefinition } from "../definition.ts";

export const switchNode: NodeDefinition<"switch"> = {
  type: "switch",
  category: "logic",
  summary: "Runs the branch whose literal equals the value.",
  opensTransaction: false,
  effect: () => "none",
  branches: (node) => [
    ...node.cases.map(({ nodes }, index) => ({ path: `cases/${String(index)}/nodes`, nodes, runs: "maybe" as const })),
    { path: "default", nodes: node.default, runs: "maybe" },
  ],
  sites: (node) => [{ type: "expression", path: "on", source: node.on, expects: "any" }],
};
