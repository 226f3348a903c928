// Decision: most schemas are so plain that ajv's strict mode can have nothing against them; compiling them to find that out cost
// more than the rest of a tool. What is not certainly plain is left to ajv, which stays the judge.
import { isJsonObject, type JsonSchema, type JsonValue } from "../json.ts";
import { schemaFormats } from "./schema-formats.ts";

/** Keywords without a type of their own. */
const anywhere: ReadonlySet<string> = new Set([
  "type",
  "title",
  "description",
  "deprecated",
  "examples",
  "enum",
  "default",
]);

const number: ReadonlySet<string> = new Set([
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
]);

/** Keywords that ajv's strict mode allows beside each type. */
const keywords: Readonly<Record<string, ReadonlySet<string>>> = {
  object: new Set(["properties", "required", "additionalProperties", "minProperties", "maxProperties"]),
  array: new Set(["items", "minItems", "maxItems", "uniqueItems"]),
  string: new Set(["minLength", "maxLength", "format"]),
  integer: number,
  number,
  boolean: new Set(),
};

/** Whether ajv's strict mode certainly takes the schema, and each default in it fits; false says nothing. */
export function isPlainSchema(schema: JsonSchema): boolean {
  const { type } = schema;
  const allowed = typeof type === "string" && Object.hasOwn(keywords, type) ? keywords[type] : undefined;
  if (allowed === undefined || !Object.keys(schema).every((key) => anywhere.has(key) || allowed.has(key))) return false;
  if (schema["default"] !== undefined && !fits(schema["default"], schema)) return false;
  const { properties = {}, items, additionalProperties } = schema;
  const parts = [...(isJsonObject(properties) ? Object.values(properties) : []), items, additionalProperties];
  return parts.every(
    (part) => part === undefined || typeof part === "boolean" || (isJsonObject(part) && isPlainSchema(part)),
  );
}

/** Whether a scalar default certainly fits its schema. */
function fits(value: JsonValue, schema: JsonSchema): boolean {
  const { type, enum: values } = schema;
  if (Array.isArray(values) && !values.includes(value)) return false;
  if (typeof value === "string") return type === "string" && fitsText(value, schema);
  if (typeof value === "boolean") return type === "boolean";
  if (typeof value !== "number" || schema["multipleOf"] !== undefined) return false;
  return (type === "number" || (type === "integer" && Number.isInteger(value))) && fitsRange(value, schema);
}

function fitsText(value: string, { format, minLength = 0, maxLength = Number.POSITIVE_INFINITY }: JsonSchema): boolean {
  const length = Array.from(value).length; // in code points, as JSON Schema counts
  if (length < Number(minLength) || length > Number(maxLength)) return false;
  return typeof format !== "string" || schemaFormats[format]?.(value) === true;
}

function fitsRange(value: number, schema: JsonSchema): boolean {
  const bound = (key: string, otherwise: number): number => Number(schema[key] ?? otherwise);
  return (
    value >= bound("minimum", Number.NEGATIVE_INFINITY) &&
    value <= bound("maximum", Number.POSITIVE_INFINITY) &&
    value > bound("exclusiveMinimum", Number.NEGATIVE_INFINITY) &&
    value < bound("exclusiveMaximum", Number.POSITIVE_INFINITY)
  );
}
