import { isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from "./json.ts";

/** References to references, and schemas composed of schemas. */
const maximumDepth = 16;

/** Names nothing: what stands for a reference that leads nowhere, or for what nests too deeply. */
const closed: JsonObject = { type: "object" };

/**
 * A schema with what it is composed of, references followed in `root`. The executor's projection and the risk engine's judgement
 * of it both read schemas by this, so that what the one lets out the other has seen.
 */
export function schemaParts(schema: JsonObject, root: JsonSchema, depth = 0): readonly JsonObject[] {
  if (depth > maximumDepth) return [closed];
  const reference = schema["$ref"];
  const target = typeof reference === "string" ? (resolve(reference, root) ?? closed) : undefined;
  const composed = ["anyOf", "oneOf", "allOf"].flatMap((key) => schema[key] ?? []);
  const inner = [target ?? [], composed].flat().filter(isJsonObject);
  return [schema, ...inner.flatMap((part) => schemaParts(part, root, depth + 1))];
}

function resolve(reference: string, root: JsonSchema): JsonObject | undefined {
  let at: JsonValue | undefined = root;
  for (const part of reference.replace(/^#\/?/u, "").split("/").filter(Boolean)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    at = isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }
  return isJsonObject(at) ? at : undefined;
}
