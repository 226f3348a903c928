// A door of its own: what checks specs in production holds validators made of the schemas, not the schemas.
import { nodeSchemas } from "./nodes/schemas.ts";
import acknowledgements from "./schemas/acknowledgements.schema.json" with { type: "json" };
import common from "./schemas/common.schema.json" with { type: "json" };
import entity from "./schemas/entity.schema.json" with { type: "json" };
import jsonSchema from "./schemas/json-schema.schema.json" with { type: "json" };
import node from "./schemas/node.schema.json" with { type: "json" };
import policy from "./schemas/policy.schema.json" with { type: "json" };
import scenario from "./schemas/scenario.schema.json" with { type: "json" };
import tool from "./schemas/tool.schema.json" with { type: "json" };
import workspace from "./schemas/workspace.schema.json" with { type: "json" };

/** The JSON Schemas of the language by their path in the package; they refer to each other by relative paths. */
export const publishedSchemas: Readonly<Record<string, object>> = {
  "schemas/acknowledgements.schema.json": acknowledgements,
  "schemas/common.schema.json": common,
  "schemas/entity.schema.json": entity,
  "schemas/json-schema.schema.json": jsonSchema,
  "schemas/node.schema.json": node,
  "schemas/policy.schema.json": policy,
  "schemas/scenario.schema.json": scenario,
  "schemas/tool.schema.json": tool,
  "schemas/workspace.schema.json": workspace,
  ...nodeSchemas,
};
