import { createHash } from "node:crypto";

/** PostgreSQL cuts identifiers silently at 63 bytes (NAMEDATALEN - 1), which would merge two names. */
const maximumBytes = 63;

/** A name of at most 63 bytes: longer ones keep their beginning and end in a digest of the whole. */
export function boundedName(...parts: readonly string[]): string {
  const whole = parts.join("_");
  if (Buffer.byteLength(whole) <= maximumBytes) return whole;
  const digest = createHash("sha256").update(whole).digest("hex").slice(0, 10);
  const room = maximumBytes - digest.length - 1;
  let cut = whole;
  while (Buffer.byteLength(cut) > room) cut = cut.slice(0, -1);
  return `${cut}_${digest}`;
}

/** A quoted identifier. @throws TypeError when it is empty, holds NUL or would be cut. */
export function quoted(name: string): string {
  if (name === "" || name.includes("\0") || Buffer.byteLength(name) > maximumBytes) {
    throw new TypeError(
      `${JSON.stringify(name)} cannot be a PostgreSQL identifier of 1 to ${maximumBytes.toString()} bytes`,
    );
  }
  return `"${name.replaceAll('"', '""')}"`;
}

/** `"schema"."name"` */
export function qualified(schema: string, name: string): string {
  return `${quoted(schema)}.${quoted(name)}`;
}

/** A quoted text constant for DDL, where nothing can be bound; safe whatever `standard_conforming_strings` says. */
export function literal(text: string): string {
  if (text.includes("\0")) throw new TypeError("a PostgreSQL text cannot hold the character NUL");
  const body = text.replaceAll("'", "''");
  return body.includes("\\") ? ` E'${body.replaceAll("\\", "\\\\")}'` : `'${body}'`;
}
