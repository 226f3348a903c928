import { type NodeDefinition, template } from "../definition.ts";
import { whereSites } from "../where-sites.ts";

export const read: NodeDefinition<"read"> = {
  type: "read",
  category: "data",
  summary: "Reads rows of one entity.",
  opensTransaction: false,
  effect: () => "read",
  branches: () => [],
  sites: (node) => [
    ...whereSites(node.where),
    ...template("take", node.take),
    ...template("orderBy/by", node.orderBy?.by),
    ...template("page/after", node.page?.after),
  ],
};
