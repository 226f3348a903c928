import { Ajv2020 } from "ajv/dist/2020.js";
import { isJsonObject, type JsonObject, type JsonSchema } from "../json.ts";
import { suggestion } from "../load/did-you-mean.ts";
import type { Path, Report } from "../load/report.ts";
import { patternProblem } from "./pattern-problem.ts";
import { isPlainSchema } from "./plain-schema.ts";
import { linearPatterns, schemaFormats } from "./schema-formats.ts";

/** Reports what is wrong in a JSON Schema whose keywords the file's schema has checked already. */
export function checkJsonSchema(schema: JsonSchema, path: Path, report: Report): void {
  const found: Path[] = [];
  checkParts(schema, path, (code, at, values, options) => {
    found.push(at);
    report(code, at, values, options);
  });
  if (found.length > 0 || isPlainSchema(schema)) return;
  const ajv = strictAjv();
  const reason = strictProblem(ajv, schema);
  if (reason === undefined) checkDefaults(ajv, schema, path, report);
  else report("bad-schema", path, { reason });
}

/** A default that its own schema refuses would refuse every call that leaves the property out. */
function checkDefaults(ajv: Ajv2020, schema: JsonSchema, path: Path, report: Report): void {
  if (schema["default"] !== undefined && !ajv.validate(schema, schema["default"])) {
    const values = { name: String(path.at(-1)), type: "value of its schema", reason: ajv.errorsText() };
    report("bad-default", [...path, "default"], values);
  }
  for (const [step, part] of subschemas(schema)) checkDefaults(ajv, part, [...path, ...step], report);
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

/** ajv as the executor has it. */
function strictAjv(): Ajv2020 {
  // The file's schema has said already what the meta schema would; compiling that one too would cost more than all others.
  const options = { validateSchema: false, meta: false, code: { optimize: false, regExp: linearPatterns } };
  const ajv = new Ajv2020({ strict: true, strictRequired: false, ...options });
  for (const [name, format] of Object.entries(schemaFormats)) ajv.addFormat(name, format);
  return ajv;
}

/** What ajv's strict mode has against a schema. */
function strictProblem(ajv: Ajv2020, schema: JsonSchema): string | undefined {
  try {
    ajv.compile(schema);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
