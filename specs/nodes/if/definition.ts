import type { NodeDefinition } from "../definition.ts";

export const ifNode: NodeDefinition<"if"> = {
  type: "if",
  category: "logic",
  summary: "Runs one of two branches.",
  opensTransaction: false,
  effect: () => "none",
  branches: (node) => [
    { path: "then", nodes: node.then, runs: "maybe" },
    { path: "else", nodes: node.else, runs: "maybe" },
  ],
  sites: (node) => [{ type: "expression", path: "condition", source: node.condition, expects: "boolean" }],
};
