import { isJsonObject, type JsonSchema, type JsonValue } from "@lintel/specs";

const texts: Readonly<Record<string, string>> = {
  uuid: "00000000-0000-4000-8000-000000000000",
  date: "2026-01-01",
  "date-time": "2026-01-01T12:00:00Z",
  email: "a@example.com",
  uri: "https://example.com/",
  decimal: "1",
  duration: "1s",
};

/** The plainest value that a schema takes, as far as it can be told without search. */
export function simplestValue(schema: JsonValue | undefined): JsonValue {
  if (!isJsonObject(schema)) return {};
  if (schema["const"] !== undefined) return schema["const"];
  if (Array.isArray(schema["enum"])) return (schema["enum"] as readonly JsonValue[])[0] ?? null;
  const alternatives = schema["anyOf"] ?? schema["oneOf"] ?? schema["allOf"];
  if (Array.isArray(alternatives)) return simplestValue((alternatives as readonly JsonValue[])[0]);
  const [type = "object"] = [schema["type"] ?? "object"].flat();
  switch (type) {
    case "string":
      return simplestText(schema);
    case "integer":
    case "number":
      return numberNear(schema, 1);
    case "boolean":
      return false;
    case "null":
      return null;
    case "array":
      return Array.from({ length: Number(schema["minItems"] ?? 0) }, () => simplestValue(schema["items"]));
    default:
      return Object.fromEntries(requiredOf(schema).map((name) => [name, simplestValue(propertiesOf(schema)[name])]));
  }
}

function simplestText(schema: JsonSchema): string {
  const format = schema["format"];
  return typeof format === "string" && texts[format] !== undefined
    ? texts[format]
    : "a".repeat(Math.max(1, Number(schema["minLength"] ?? 1)));
}

/** The number that a schema's bounds let come nearest. */
export function numberNear(schema: JsonSchema, wanted: number): number {
  const [least, most] = boundsOf(schema);
  return Math.min(Math.max(wanted, least), most);
}

/** Smallest and greatest whole number of a schema. */
export function boundsOf(schema: JsonSchema): readonly [number, number] {
  const at = (key: string): number | undefined => (typeof schema[key] === "number" ? schema[key] : undefined);
  const [above, below] = [at("exclusiveMinimum"), at("exclusiveMaximum")];
  const least = at("minimum") ?? (above === undefined ? Number.MIN_SAFE_INTEGER : above + 1);
  const most = at("maximum") ?? (below === undefined ? Number.MAX_SAFE_INTEGER : below - 1);
  return [least, most];
}

export function requiredOf(schema: JsonSchema): readonly string[] {
  return Array.isArray(schema["required"]) ? (schema["required"] as readonly string[]) : [];
}

export function propertiesOf(schema: JsonSchema): Readonly<Record<string, JsonValue>> {
  return isJsonObject(schema["properties"]) ? schema["properties"] : {};
}
