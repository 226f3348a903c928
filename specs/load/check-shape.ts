// Decision: ajv checks the published schemas, so that editors and the loader can never disagree. The schemas choose node and
// field shapes by if/then, so that an error speaks of the one shape that was meant.
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import type { JsonValue } from "../json.ts";
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
import type { Report } from "./report.ts";
import { reportShapeErrors, withoutWrongKeys } from "./shape-errors.ts";
import type { SpecKind } from "./spec-file.ts";

const kinds: Readonly<Record<SpecKind, object>> = { workspace, entity, tool, policy, acknowledgements, scenario };

export interface CheckedShape {
  readonly isSound: boolean;
  /** The value without its wrong keys, where that makes it sound. */
  readonly repaired?: JsonValue;
}

type CheckShape = (kind: SpecKind, value: JsonValue, report: Report) => CheckedShape;

// The one mutable cell of the loader: compiled schemas, which are constants that cost a tenth of a second, made when needed.
const made: { checker?: CheckShape } = {};

/** Checks a file's value against its kind's JSON Schema; each problem is reported at its own place. */
export function checkShape(kind: SpecKind, value: JsonValue, report: Report): CheckedShape {
  made.checker ??= shapeChecker();
  return made.checker(kind, value, report);
}

function shapeChecker(): CheckShape {
  const strictness = { strict: true, strictTypes: false, strictRequired: false } as const;
  // The schemas are ours and tested, so ajv need not check them; its optimizer costs more than it saves in one run.
  const speed = { validateSchema: false, meta: false, code: { optimize: false } } as const;
  const ajv = new Ajv2020({ allErrors: true, verbose: true, ...strictness, ...speed });
  const shared: Readonly<Record<string, object>> = {
    "schemas/common.schema.json": common,
    "schemas/json-schema.schema.json": jsonSchema,
    "schemas/node.schema.json": node,
    ...nodeSchemas,
  };
  for (const [path, schema] of Object.entries(shared)) ajv.addSchema(schema, base + path);
  const compiled = new Map<SpecKind, ValidateFunction>();
  return (kind, value, report) => {
    const validate = compiled.get(kind) ?? compile(ajv, kind);
    compiled.set(kind, validate);
    if (validate(value)) return { isSound: true };
    const errors = validate.errors as readonly ErrorObject[];
    reportShapeErrors(errors, report);
    const repaired = withoutWrongKeys(value, errors);
    return validate(repaired) ? { isSound: false, repaired } : { isSound: false };
  };
}

/** The published files refer to each other by relative paths; this only has to be the same for all. */
const base = "lintel:/";

function compile(ajv: Ajv2020, kind: SpecKind): ValidateFunction {
  const id = `${base}schemas/${kind}.schema.json`;
  ajv.addSchema(kinds[kind], id);
  const validate = ajv.getSchema(id);
  if (validate === undefined) throw new TypeError(`the schema of ${kind} is not there`);
  return validate;
}
