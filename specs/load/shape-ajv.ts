// Decision: ajv checks the published schemas, so that editors and the loader can never disagree. The schemas choose node and
// field shapes by if/then, so that an error speaks of the one shape that was meant.
import { Ajv2020 } from "ajv/dist/2020.js";
import { nodeSchemas } from "../nodes/schemas.ts";
import acknowledgements from "../schemas/acknowledgements.schema.json" with { type: "json" };
import common from "../schemas/common.schema.json" with { type: "json" };
import entity from "../schemas/entity.schema.json" with { type: "json" };
import jsonSchema from "../schemas/json-schema.schema.json" with { type: "json" };
import node from "../schemas/node.schema.json" with { type: "json" };
import policy from "../schemas/policy.schema.json" with { type: "json" };
import scenario from "../schemas/scenario.schema.json" with { type: "json" };
import tool from "../schemas/tool.schema.json" with { type: "json" };
import workspace from "../schemas/workspace.schema.json" with { type: "json" };
import type { SpecKind } from "./spec-file.ts";

const kinds: Readonly<Record<SpecKind, object>> = { workspace, entity, tool, policy, acknowledgements, scenario };

/** An ajv that holds the schemas of all kinds, each by its id; it compiles what is asked for. */
export function shapeAjv(code: { readonly source?: boolean; readonly esm?: boolean } = {}): Ajv2020 {
  const strictness = { strict: true, strictTypes: false, strictRequired: false } as const;
  // The schemas are ours and tested, so ajv need not check them; its optimizer costs more than it saves in one run.
  const speed = { validateSchema: false, meta: false, code: { ...code, optimize: false } } as const;
  const ajv = new Ajv2020({ allErrors: true, verbose: true, ...strictness, ...speed });
  const shared: Readonly<Record<string, object>> = {
    "schemas/common.schema.json": common,
    "schemas/json-schema.schema.json": jsonSchema,
    "schemas/node.schema.json": node,
    ...nodeSchemas,
  };
  for (const [path, schema] of Object.entries(shared)) ajv.addSchema(schema, base + path);
  for (const kind of specKinds) ajv.addSchema(kinds[kind], idOf(kind));
  return ajv;
}

/** Every kind of spec file. */
export const specKinds: readonly SpecKind[] = Object.keys(kinds) as SpecKind[];

/** The published files refer to each other by relative paths; this only has to be the same for all. */
const base = "lintel:/";

/** The id of a kind's schema in shapeAjv. */
export function idOf(kind: SpecKind): string {
  return `${base}schemas/${kind}.schema.json`;
}
