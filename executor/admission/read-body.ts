import { isUtf8 } from "node:buffer";
import type { JsonValue } from "@lintel/specs";
import { ExecutionError } from "../errors/execution-error.ts";
import { findFlaw, type JsonFlaw, maximumDepth } from "./guard-json.ts";

const flaws: Readonly<Record<JsonFlaw, string>> = {
  "too-deep": `it is nested deeper than ${maximumDepth} levels`,
  "duplicate-key": "an object has the same key twice",
};

/** What headers say of a body. */
export interface BodyHeaders {
  /** Content-Type */
  readonly type: string | undefined;
  /** Content-Encoding */
  readonly encoding: string | undefined;
}

/** The JSON of a raw body, undefined when there is none. @throws ExecutionError malformed-body, unsupported-media-type */
export function readBody(raw: Buffer | undefined, { type = "", encoding }: BodyHeaders): JsonValue | undefined {
  if (raw === undefined || raw.length === 0) return undefined;
  if (encoding !== undefined && !/^(?:identity)?$/iu.test(encoding.trim())) {
    throw new ExecutionError("unsupported-media-type", { detail: "a compressed body is not read" });
  }
  if (!/^application\/(?:[a-z0-9.+-]+\+)?json\s*(?:;|$)/iu.test(type)) {
    throw new ExecutionError("unsupported-media-type");
  }
  const charset = /;\s*charset\s*=\s*"?([^\s";]*)/iu.exec(type)?.[1];
  if (charset !== undefined && !/^(?:utf-?8|us-ascii)$/iu.test(charset)) {
    throw new ExecutionError("unsupported-media-type", { detail: "JSON is read as UTF-8 (RFC 8259)" });
  }
  const text = decode(raw);
  const flaw = findFlaw(text);
  if (flaw !== undefined) throw new ExecutionError("malformed-body", { detail: flaws[flaw] });
  return parse(text);
}

function decode(raw: Buffer): string {
  if (!isUtf8(raw)) throw new ExecutionError("malformed-body", { detail: "it is not UTF-8" });
  const text = raw.toString("utf8");
  // Parsers may ignore a byte order mark (RFC 8259, section 8.1).
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    // The parser's own message quotes the body.
    throw new ExecutionError("malformed-body", { cause: error });
  }
}
