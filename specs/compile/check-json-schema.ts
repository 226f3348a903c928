import { Ajv2020 } from "ajv/dist/2020.js";
import { isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from "../json.ts";
import { suggestion } from "../load/did-you-mean.ts";
import type { Path, Report } from "../load/report.ts";
import { patternProblem } from "./pattern-problem.ts";
import { isPlainSchema } from "./plain-schema.ts";
import { schemaOptions } from "./schema-formats.ts";

/** Reports what is wrong in a JSON Schema whose keywords the file's schema has checked already. */
export function checkJsonSchema(schema: JsonSchema, path: Path, report: Report): void {
  const found: Path[] = [];
  const noting: Report = (code, at, values, options) => {
    found.push(at);
    report(code, at, values, options);
  };
  if (schema["default"] !== undefined) noting("default-not-filled", [...path, "default"], {}, { at: "key" });
  checkParts(schema, path, noting);
  checkFilled(schema, path, false, noting);
  if (found.length > 0 || isPlainSchema(schema)) return;
  const reason = strictProblem(schema);
  if (reason === undefined) checkDefaults(schema, path, report);
  else report("bad-schema", path, { reason });
}

/** A default of a property is filled in, but not where one of several schemas may be the one that applies. */
function checkFilled(schema: JsonSchema, path: Path, isChoice: boolean, report: Report): void {
  for (const [step, part] of subschemas(schema)) {
    const at = [...path, ...step];
    if (isChoice && step[0] === "properties" && part["default"] !== undefined) {
      report("default-not-filled", [...at, "default"], {}, { at: "key" });
    }
    checkFilled(part, at, isChoice || step[0] === "anyOf" || step[0] === "oneOf", report);
  }
}

/** A default that its own schema refuses would refuse every call that leaves the property out. */
function checkDefaults(schema: JsonSchema, path: Path, report: Report): void {
  const value = schema["default"];
  const reason = value === undefined ? undefined : misfit(value, schema);
  if (reason !== undefined) {
    report("bad-default", [...path, "default"], { name: String(path.at(-1)), type: "value of its schema", reason });
  }
  for (const [step, part] of subschemas(schema)) checkDefaults(part, [...path, ...step], report);
}

/** What of a value does not fit a schema that strict mode takes as a part of another. */
function misfit(value: JsonValue, schema: JsonSchema): string | undefined {
  const ajv = new Ajv2020({ ...schemaOptions, strict: false, useDefaults: false });
  return ajv.validate(schema, value) ? undefined : ajv.errorsText();
}

function checkParts(schema: JsonSchema, path: Path, report: Report): void {
  const { properties = {}, required = [], pattern } = schema as JsonObject & SchemaParts;
  required.forEach((name, index) => {
    if (Object.hasOwn(properties, name)) return;
    const hint = suggestion(name, Object.keys(properties));
    report("unlisted-property", [...path, "required", index], { name }, { hint });
  });
  const reason = pattern === undefined ? undefined : patternProblem(pattern);
  if (reason !== undefined) report("bad-pattern", [...path, "pattern"], { reason });
  for (const name of Object.keys(properties)) {
    if (name in Object.prototype) report("reserved-name", [...path, "properties", name], { name }, { at: "key" });
  }
  checkBounds(schema, path, report);
  for (const [step, part] of subschemas(schema)) checkParts(part, [...path, ...step], report);
}

interface SchemaParts {
  readonly properties?: JsonObject;
  readonly required?: readonly string[];
  readonly pattern?: string;
}

const bounds = [
  ["minimum", "maximum"],
  ["minLength", "maxLength"],
  ["minItems", "maxItems"],
  ["minProperties", "maxProperties"],
] as const;

function checkBounds(schema: JsonSchema, path: Path, report: Report): void {
  for (const [least, greatest] of bounds) {
    const [low, high] = [schema[least], schema[greatest]];
    if (typeof low !== "number" || typeof high !== "number" || low <= high) continue;
    report("bad-bounds", [...path, least], {
      least: `${least} ${String(low)}`,
      greatest: `${greatest} ${String(high)}`,
    });
  }
}

/** The schemas inside a schema, with the steps to them. */
function subschemas(schema: JsonSchema): readonly (readonly [Path, JsonSchema])[] {
  const named = isJsonObject(schema["properties"]) ? Object.entries(schema["properties"]) : [];
  const listed = (["oneOf", "anyOf", "allOf"] as const).flatMap((key) => {
    const list = schema[key];
    return Array.isArray(list) ? list.map((part: unknown, index) => [[key, index] as Path, part] as const) : [];
  });
  const single = (["items", "additionalProperties"] as const).map((key) => [[key] as Path, schema[key]] as const);
  const all = [...named.map(([name, part]) => [["properties", name] as Path, part] as const), ...listed, ...single];
  return all.flatMap(([step, part]) => (isJsonObject(part) ? [[step, part] as const] : []));
}

/** What ajv's strict mode has against a schema; it refuses more than the executor's ajv does, and never less. */
function strictProblem(schema: JsonSchema): string | undefined {
  const code = { ...schemaOptions.code, optimize: false };
  const ajv = new Ajv2020({ ...schemaOptions, strict: true, strictRequired: false, code });
  try {
    ajv.compile(schema);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
