import { isDeepStrictEqual } from "node:util";
import type { JsonValue, ValueType } from "../../../../specs/index.ts";

/** A value of the CEL data as ours, with its static type; undefined where our language has no such value. */
export interface OurValue {
  readonly type: ValueType;
  readonly value: JsonValue;
}

const plain = (kind: "integer" | "number" | "string" | "boolean", value: JsonValue): OurValue => ({
  type: { kind, nullable: false },
  value,
});

/** Reads a `cel.expr.Value` in its JSON form. */
export function ourValueOf(value: unknown): OurValue | undefined {
  const [kind, held] = entryOf(value);
  switch (kind) {
    case "int64Value":
      return plain("integer", Number(held));
    case "doubleValue":
      return typeof held === "number" ? plain("number", held) : undefined;
    case "stringValue":
      return plain("string", String(held));
    case "boolValue":
      return plain("boolean", held === true);
    case "nullValue":
      return { type: { kind: "null", nullable: true }, value: null };
    case "listValue":
      return listOf(held);
    case "mapValue":
      return objectOf(held);
    case "objectValue":
      return messageOf(held);
    default:
      return undefined;
  }
}

/** Whether two values are the same, an integer and a number of one size too, as CEL compares them. */
export function isSame(seen: JsonValue, wanted: OurValue): boolean {
  return isDeepStrictEqual(seen, wanted.value) || (seen === 0 && wanted.value === 0);
}

function entryOf(value: unknown): [string, unknown] {
  const [entry] = Object.entries(value as Record<string, unknown>);
  return entry ?? ["none", undefined];
}

function listOf(held: unknown): OurValue | undefined {
  const { values = [] } = held as { readonly values?: readonly unknown[] };
  const elements = values.map(ourValueOf);
  if (elements.some((element) => element === undefined)) return undefined;
  const known = elements.flatMap((element) => element ?? []);
  const types = new Set(known.map(({ type }) => JSON.stringify(type)));
  const [first] = known;
  const element: ValueType = types.size === 1 && first !== undefined ? first.type : { kind: "json", nullable: true };
  return { type: { kind: "list", element, nullable: false }, value: known.map(({ value }) => value) };
}

function objectOf(held: unknown): OurValue | undefined {
  const { entries = [] } = held as { readonly entries?: readonly { readonly key: unknown; readonly value: unknown }[] };
  const fields: Record<string, ValueType> = {};
  const value: Record<string, JsonValue> = {};
  for (const entry of entries) {
    const [key, inner] = [ourValueOf(entry.key), ourValueOf(entry.value)];
    if (key === undefined || inner === undefined || key.type.kind !== "string") return undefined;
    fields[textOf(key.value)] = inner.type;
    value[textOf(key.value)] = inner.value;
  }
  return { type: { kind: "object", fields, isOpen: false, nullable: false }, value };
}

/** Timestamps and durations are messages there, and types of ours. */
function messageOf(held: unknown): OurValue | undefined {
  const { "@type": type, value } = held as { readonly "@type"?: string; readonly value?: unknown };
  if (typeof value !== "string") return undefined;
  if (type === "type.googleapis.com/google.protobuf.Timestamp") {
    return { type: { kind: "instant", nullable: false }, value: new Date(value).toISOString() };
  }
  if (type === "type.googleapis.com/google.protobuf.Duration") {
    // Nanoseconds are cut, as the language has milliseconds.
    const milliseconds = Math.trunc(Number(value.replace(/s$/, "")) * 1000);
    return { type: { kind: "duration", nullable: false }, value: `${String(milliseconds)}ms` };
  }
  return undefined;
}

function textOf(key: JsonValue): string {
  return typeof key === "string" ? key : JSON.stringify(key);
}
