import { type NodeDefinition, template } from "../definition.ts";

export const sql: NodeDefinition<"sql"> = {
  type: "sql",
  category: "data",
  summary: "Runs one SQL statement; only provably read-only ones can be acknowledged.",
  opensTransaction: false,
  effect: () => "rawSql",
  branches: () => [],
  sites: (node) => node.parameters.flatMap((value, index) => template(`parameters/${String(index)}`, value)),
};
