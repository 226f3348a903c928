import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import { isJsonObject, type JsonValue } from "@lintel/specs";
import { findFlaw } from "../admission/guard-json.ts";
import { CallFailure } from "./call-failure.ts";

/** Bytes of an answer that are read at most, after they are unpacked. */
const maximumAnswer = 1024 * 1024;

/** The body of an answer: JSON where its content type says so, else text; null without one. @throws CallFailure answer */
export async function readAnswer(answer: IncomingMessage): Promise<JsonValue> {
  const bytes = await collect(answer);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (text === "") return null;
    if (!/^[^;]*[/+]json\s*(?:;|$)/iu.test(answer.headers["content-type"] ?? "")) return checked(text);
    if (findFlaw(text) === "too-deep") throw new RangeError("the answer is nested too deeply");
    return checked(JSON.parse(text) as JsonValue);
  } catch (error) {
    throw new CallFailure("unknown", "answer", { cause: error });
  }
}

/** The decoder of a content coding; RFC 9110, section 8.4.1. We ask for none, and read the usual ones all the same. */
async function decoderOf(answer: IncomingMessage): Promise<Duplex | undefined> {
  const coding = (answer.headers["content-encoding"] ?? "").trim().toLowerCase();
  if (coding === "" || coding === "identity") return undefined;
  const { createBrotliDecompress, createGunzip, createInflate } = await import("node:zlib");
  if (coding === "gzip" || coding === "x-gzip") return createGunzip();
  if (coding === "deflate") return createInflate();
  if (coding === "br") return createBrotliDecompress();
  throw new CallFailure("unknown", "answer", { cause: new Error("the answer is packed in a way that is not read") });
}

async function collect(answer: IncomingMessage): Promise<Buffer> {
  const decoder = await decoderOf(answer);
  const chunks: Buffer[] = [];
  let size = 0;
  const take = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      size += chunk.length;
      if (size > maximumAnswer) break;
      chunks.push(chunk);
    }
  };
  try {
    await (decoder === undefined ? pipeline(answer, take) : pipeline(answer, decoder, take));
  } catch (error) {
    // Ending a decoder that is under way fails as well.
    if (size > maximumAnswer) throw tooLarge(error);
    // What a decoder cannot unpack is the answer's fault; a connection that breaks is not.
    if (error instanceof Error && "code" in error && /^(?:Z_|ERR__ERROR)/u.test(String(error.code)))
      throw new CallFailure("unknown", "answer", { cause: error });
    throw error;
  }
  if (size > maximumAnswer) throw tooLarge();
  return Buffer.concat(chunks);
}

function tooLarge(cause?: unknown): CallFailure {
  const error = new RangeError(`the answer is larger than ${String(maximumAnswer)} bytes`, { cause });
  return new CallFailure("unknown", "answer", { cause: error });
}

/** What can be kept and passed on: PostgreSQL holds neither NUL nor half a character, and a key must not be a prototype. */
function checked(value: JsonValue): JsonValue {
  if (typeof value === "string" && (value.includes("\0") || !value.isWellFormed())) {
    throw new RangeError("the answer holds a text that cannot be kept");
  }
  if (typeof value === "number" && !Number.isFinite(value)) throw new RangeError("the answer holds no finite number");
  if (Array.isArray(value)) for (const item of value as readonly JsonValue[]) checked(item);
  else if (isJsonObject(value)) {
    if (Object.hasOwn(value, "__proto__")) throw new RangeError("the answer holds a reserved name");
    for (const [key, member] of Object.entries(value)) {
      checked(key);
      checked(member);
    }
  }
  return value;
}
