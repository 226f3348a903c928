import { type NodeDefinition, template, templates } from "../definition.ts";
import { whereSites } from "../where-sites.ts";

export const write: NodeDefinition<"write"> = {
  type: "write",
  category: "data",
  summary: "Creates, updates, moves along the status machine, soft-deletes or erases rows of one entity.",
  opensTransaction: false,
  effect: () => "write",
  branches: () => [],
  sites: (node) => [
    ...template("key", node.key),
    ...whereSites(node.where),
    ...templates("values", node.values),
    ...template("version", node.version),
  ],
};
