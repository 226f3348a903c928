import { canonicalJson } from "../bundle/canonical-json.ts";
import { isJsonObject, type JsonSchema, type JsonValue } from "../json.ts";

/** A property at any depth: `guests[].age`. */
export interface SchemaRow {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly limits: readonly string[];
  readonly description: string;
}

/** The properties of an object schema and of those inside it, in the order written. */
export function schemaRows(schema: JsonSchema, prefix = ""): readonly SchemaRow[] {
  const properties = Object.entries(isJsonObject(schema["properties"]) ? schema["properties"] : {});
  const required: readonly unknown[] = Array.isArray(schema["required"]) ? schema["required"] : [];
  const own = properties.flatMap(([name, value]) => rowsOf(`${prefix}${name}`, required.includes(name), partOf(value)));
  const alternatives = ["allOf", "anyOf", "oneOf"].flatMap((key) => {
    const list = schema[key];
    return Array.isArray(list) ? list.flatMap((part: JsonValue) => schemaRows(partOf(part), prefix)) : [];
  });
  return [...own, ...alternatives];
}

function rowsOf(name: string, isRequired: boolean, part: JsonSchema): readonly SchemaRow[] {
  const row: SchemaRow = {
    name,
    type: typeOf(part),
    isRequired,
    limits: limitsOf(part),
    description: typeof part["description"] === "string" ? part["description"] : "",
  };
  const items = part["items"];
  const inner = isJsonObject(items) ? rowsInItems(name, items) : schemaRows(part, `${name}.`);
  return [row, ...inner];
}

function rowsInItems(name: string, items: JsonSchema): readonly SchemaRow[] {
  const below = schemaRows(items, `${name}[].`);
  return below.length > 0 || Object.keys(items).length === 0 ? below : rowsOf(`${name}[]`, false, items);
}

function partOf(value: JsonValue): JsonSchema {
  return isJsonObject(value) ? value : {};
}

function typeOf(part: JsonSchema): string {
  const { type, format } = part;
  const named = type === undefined ? "any" : [type as string | readonly string[]].flat().join(" or ");
  return typeof format === "string" ? `${named} (${format})` : named;
}

const told = [
  "type",
  "format",
  "description",
  "title",
  "examples",
  "properties",
  "required",
  "items",
  "additionalProperties",
];

/** Every other keyword that stands there, as it is written. */
function limitsOf(part: JsonSchema): readonly string[] {
  const composed = ["allOf", "anyOf", "oneOf"];
  return Object.entries(part)
    .filter(([key]) => !told.includes(key) && !composed.includes(key))
    .map(([key, value]) => `${key} ${canonicalJson(value)}`);
}
