import type { JsonValue } from "@lintel/specs";
import { ExecutionError } from "../errors/execution-error.ts";
import { findFlaw, type JsonFlaw, maximumDepth } from "./guard-json.ts";

const flaws: Readonly<Record<JsonFlaw, string>> = {
  "too-deep": `it is nested deeper than ${maximumDepth} levels`,
  "duplicate-key": "an object has the same key twice",
};

/** The JSON of a raw body, undefined when there is none. @throws ExecutionError malformed-body, unsupported-media-type */
export function readBody(raw: Buffer | undefined, contentType: string | undefined): JsonValue | undefined {
  if (raw === undefined || raw.length === 0) return undefined;
  if (!/^application\/(?:[a-z0-9.+-]+\+)?json\s*(?:;|$)/iu.test(contentType ?? "")) {
    throw new ExecutionError("unsupported-media-type");
  }
  const text = decode(raw);
  const flaw = findFlaw(text);
  if (flaw !== undefined) throw new ExecutionError("malformed-body", { detail: flaws[flaw] });
  return parse(text);
}

function decode(raw: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(raw);
  } catch (error) {
    throw new ExecutionError("malformed-body", { detail: "it is not UTF-8", cause: error });
  }
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    // The parser's own message quotes the body.
    throw new ExecutionError("malformed-body", { cause: error });
  }
}
