// PostgreSQL's text output to plain JSON values, per field type; the reverse is encode-value.ts.
import { canonicalText, type Field, formatDuration, type JsonValue } from "@lintel/specs";

type ValueShape = Pick<Field, "type" | "currency">;

/** The column's text as the value that flows work with; NULL is null. @throws RangeError for an integer beyond 2^53 - 1. */
export function decodeValue(shape: ValueShape, text: string | null): JsonValue {
  return text === null ? null : decoders[shape.type](text, shape);
}

const decoders: Readonly<Record<Field["type"], (text: string, shape: ValueShape) => JsonValue>> = {
  uuid: same,
  string: same,
  integer: safeInteger,
  number: Number,
  decimal: (text) => canonicalText("decimal", text) ?? text,
  money: (text, { currency }) => ({ amount: safeInteger(text), currency: currency ?? "" }),
  boolean: (text) => text === "t" || text === "true",
  date: same,
  instant: decodeInstant,
  duration: (text) => formatDuration(safeInteger(text)),
  enum: same,
  json: (text) => JSON.parse(text) as JsonValue,
};

function same(text: string): string {
  return text;
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError("a stored integer is beyond 2^53 - 1");
  return value;
}

const inUtc = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?\+00$/u;

/** `2026-03-01 09:30:00.5+01` (DateStyle ISO, any time zone of the session) to RFC 3339 in UTC with milliseconds. */
function decodeInstant(text: string): string {
  // Without Date, where there is nothing to convert: sessions are in UTC as a rule.
  const [, date, time, fraction = ""] = inUtc.exec(text) ?? [];
  if (date !== undefined && time !== undefined) return `${date}T${time}.${fraction.padEnd(3, "0")}Z`;
  const spelled = text.replace(" ", "T").replace(/([+-]\d\d)$/u, "$1:00");
  return new Date(spelled).toISOString();
}
