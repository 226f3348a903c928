// Looks for a value that one schema lets pass and the other does not, with the executor's own validator.
import { isJsonObject, type JsonSchema, type JsonValue } from "@lintel/specs";
import { schemaCompiler } from "../../../executor/boot/compile-schema.ts";

const compile = schemaCompiler();

function isValid(schema: JsonSchema, value: JsonValue): boolean {
  return compile(schema)(structuredClone(value)).length === 0;
}

/** A value that `from` accepts and `to` refuses, undefined when none of those at their edges is one. */
export function witness(from: JsonSchema, to: JsonSchema): JsonValue | undefined {
  return candidates(from, to).find((value) => isValid(from, value) && !isValid(to, value));
}

/** Values at the edges of both schemas. */
function candidates(from: JsonSchema, to: JsonSchema): readonly JsonValue[] {
  const both = [from, to];
  return [
    ...both.flatMap((schema) => (schema["enum"] as readonly JsonValue[] | undefined) ?? []),
    null,
    true,
    1.5,
    ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((size) => [size, "x".repeat(size), "q".repeat(size)]),
    -1,
    ...(both.some(({ items }) => items !== undefined) ? lists(partOf(from, "items"), partOf(to, "items")) : [[]]),
    ...(both.some(({ properties }) => properties !== undefined) ? objects(from, to) : [{}]),
  ];
}

function partOf(schema: JsonSchema, key: string): JsonSchema {
  const part = schema[key];
  return isJsonObject(part) ? part : {};
}

function lists(from: JsonSchema, to: JsonSchema): readonly JsonValue[] {
  const items = candidates(from, to);
  const usual = usualOf(from, to, items);
  const sizes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((size) => Array<JsonValue>(size).fill(usual));
  const odd = items.flatMap((item) =>
    [1, 2, 3, 4, 5, 6].map((size) => [item, ...Array<JsonValue>(size - 1).fill(usual)]),
  );
  return [...sizes, ...odd];
}

/** Every set of the properties with usual values, and every odd value beside usual ones. */
function objects(from: JsonSchema, to: JsonSchema): readonly JsonValue[] {
  const [old, next] = [partOf(from, "properties"), partOf(to, "properties")];
  const names = [...new Set([...Object.keys(old), ...Object.keys(next)]), "unknown"];
  const values = names.map((name) => [name, candidates(partOf(old, name), partOf(next, name))] as const);
  const usual = values.map(([name, list]) => [name, usualOf(partOf(old, name), partOf(next, name), list)] as const);
  const sets = Array.from({ length: 2 ** names.length }, (_, bits) =>
    Object.fromEntries(usual.filter((_entry, at) => (bits >> at) % 2 === 1)),
  );
  const odd = sets.flatMap((set) =>
    values.flatMap(([name, list]) => (name in set ? list.map((value) => ({ ...set, [name]: value })) : [])),
  );
  return [...sets, ...odd];
}

function usualOf(from: JsonSchema, to: JsonSchema, list: readonly JsonValue[]): JsonValue {
  const accepted = list.filter((value) => isValid(from, value));
  return accepted.find((value) => isValid(to, value)) ?? accepted[0] ?? null;
}
