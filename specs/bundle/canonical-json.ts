import { createHash } from "node:crypto";
import type { Digest } from "./bundle.ts";

/** Canonical JSON of objects that stand in several values, by identity. */
export type Written = Map<object, string>;

/**
 * RFC 8785: keys sorted by UTF-16 code units, no white space, numbers as ECMAScript prints them; undefined keys are left out.
 * What is in `written` already is taken from there.
 */
export function canonicalJson(value: unknown, written?: Written): string {
  const copy = written === undefined ? inOrder(value) : unsure;
  return copy === unsure ? walked(value, written) : JSON.stringify(copy);
}

const unsure = Symbol("the engine would write it otherwise, or not refuse it");

/** A copy with its keys in order, which the engine writes in half the time of a walk; unsure where that is not its canonical JSON. */
function inOrder(value: unknown): unknown {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : unsure;
  if (typeof value !== "object") return unsure;
  if (Array.isArray(value)) {
    const items = value.map(inOrder);
    return items.includes(unsure) ? unsure : items;
  }
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) {
    const member = (value as Readonly<Record<string, unknown>>)[key];
    if (member === undefined) continue;
    const first = key.charCodeAt(0);
    // Keys that are numbers come first in an object, whenever they were added.
    if ((first >= 48 && first <= 57) || key === "__proto__") return unsure;
    copy[key] = inOrder(member);
    if (copy[key] === unsure) return unsure;
  }
  return copy;
}

function walked(value: unknown, written?: Written): string {
  if (typeof value !== "object" || value === null) return scalar(value);
  const known = written?.get(value);
  if (known !== undefined) return known;
  if (Array.isArray(value)) return `[${value.map((item) => walked(item, written)).join(",")}]`;
  const record = value as Readonly<Record<string, unknown>>;
  let members = "";
  for (const key of Object.keys(record).sort()) {
    const member = record[key];
    if (member === undefined) continue;
    members += `${members === "" ? "" : ","}${quoted(key)}:${walked(member, written)}`;
  }
  return `{${members}}`;
}

function scalar(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number" && !Number.isFinite(value)) throw new TypeError(`${String(value)} has no JSON form`);
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError(`a ${typeof value} has no JSON form`);
  return text;
}

// Our own constant pattern: text that JSON writes as it is, which nearly all is, and the engine's function is slow to say so.
const plain = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** sha256 of the value's canonical JSON. */
export function digestOf(value: unknown, written?: Written): Digest {
  return `sha256:${createHash("sha256").update(canonicalJson(value, written)).digest("hex")}`;
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
