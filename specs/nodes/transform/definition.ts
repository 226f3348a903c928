import { type NodeDefinition, template } from "../definition.ts";

export const transform: NodeDefinition<"transform"> = {
  type: "transform",
  category: "logic",
  summary: "Computes a value from others.",
  opensTransaction: false,
  effect: () => "none",
  branches: () => [],
  sites: (node) => template("value", node.value),
};
