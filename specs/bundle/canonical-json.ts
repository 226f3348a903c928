import { createHash } from "node:crypto";
import type { Digest } from "./bundle.ts";

/** RFC 8785: keys sorted by UTF-16 code units, no white space, numbers as ECMAScript prints them; undefined keys are left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return scalar(value);
  const record = value as Readonly<Record<string, unknown>>;
  const members = Object.keys(record)
    .filter((key) => record[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(record[key])}`);
  return `{${members.join(",")}}`;
}

function scalar(value: unknown): string {
  if (typeof value === "number" && !Number.isFinite(value)) throw new TypeError(`${String(value)} has no JSON form`);
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError(`a ${typeof value} has no JSON form`);
  return text;
}

/** sha256 of the value's canonical JSON. */
export function digestOf(value: unknown): Digest {
  return `sha256:${createHash("sha256").update(canonicalJson(value)).digest("hex")}`;
}

const base32 = "abcdefghijklmnopqrstuvwxyz234567";

/** The digest in lower-case base32 (RFC 4648), cut to `length` characters: for labels and names, which hold 63. */
export function shortDigest(digest: Digest, length = 52): string {
  const bytes = Buffer.from(digest.slice("sha256:".length), "hex");
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  bits <<= 4n; // 256 bits are 52 groups of five with four bits of padding
  let text = "";
  for (let shift = 255n; shift >= 0n; shift -= 5n) text += base32.charAt(Number((bits >> shift) & 31n));
  return text.slice(0, length);
}
