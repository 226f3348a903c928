import { isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from "@lintel/specs";

/** Keeps of a value what a schema names. */
export type Project = (value: JsonValue) => JsonValue;

/**
 * Compiles an output schema to the projection of its values: properties that it does not name are dropped, at any depth. An
 * object schema without `properties`, and one with `additionalProperties`, names everything.
 */
export function compileProjection(schema: JsonSchema): Project {
  return compile(schema, schema, 0);
}

/** References may go in circles; below this depth nothing is dropped, and validation decides. */
const maximumDepth = 16;

function compile(schema: JsonValue | undefined, root: JsonSchema, depth: number): Project {
  const parts = isJsonObject(schema) && depth <= maximumDepth ? partsOf(schema, root, 0) : [];
  const items = parts.flatMap((part) => part["items"] ?? []);
  const properties = Object.assign({}, ...parts.map((part) => part["properties"] ?? {})) as JsonObject;
  const isOpen = parts.some(
    ({ additionalProperties }) => additionalProperties !== undefined && additionalProperties !== false,
  );
  const [item] = items;
  const project = item === undefined ? (value: JsonValue) => value : compile(item, root, depth + 1);
  const fields = Object.entries(properties).map(([name, inner]) => [name, compile(inner, root, depth + 1)] as const);
  return (value) => {
    if (Array.isArray(value)) return (value as readonly JsonValue[]).map(project);
    if (!isJsonObject(value) || fields.length === 0) return value;
    const kept = fields.flatMap(([name, inner]) =>
      Object.hasOwn(value, name) ? [[name, inner(value[name] ?? null)] as const] : [],
    );
    return { ...(isOpen ? value : {}), ...Object.fromEntries(kept) };
  };
}

/** A schema with what it is composed of. */
function partsOf(schema: JsonObject, root: JsonSchema, depth: number): readonly JsonObject[] {
  if (depth > maximumDepth) return [];
  const target = typeof schema["$ref"] === "string" ? resolve(schema["$ref"], root) : undefined;
  const composed = ["anyOf", "oneOf", "allOf"].flatMap((key) => schema[key] ?? []);
  const inner = [target ?? [], composed].flat().filter(isJsonObject);
  return [schema, ...inner.flatMap((part) => partsOf(part, root, depth + 1))];
}

function resolve(reference: string, root: JsonSchema): JsonObject | undefined {
  let at: JsonValue | undefined = root;
  for (const part of reference.replace(/^#\/?/u, "").split("/").filter(Boolean)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    at = isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }
  return isJsonObject(at) ? at : undefined;
}
