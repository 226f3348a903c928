// Values that several kinds of specs share.
import {
  type Duration,
  type HttpMethod,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type RetryPolicy,
} from "@lintel/specs";
import { listOf, objectOf, oneOf, recordOf, type Shape, shape } from "./shape.ts";

/** Names, expressions and messages: none of them is empty. */
export const text = shape<string>("text", (value) => typeof value === "string" && value !== "");
/** Texts that people write, which may be empty. */
export const anyText = shape<string>("text", (value) => typeof value === "string");
export const texts = listOf(text);
export const flag = shape<boolean>("true or false", (value) => typeof value === "boolean");
export const number = shape<number>("a number", Number.isFinite);
export const duration: Shape<Duration> = wholeNumber(0);
export const json = shape<JsonValue>("a value", (value) => value !== undefined);
/** A value whose absence means something, which null would get around. */
export const someJson = shape<JsonValue>("a value", (value) => value !== undefined && value !== null);
export const jsonObject = shape<JsonObject>("an object", isJsonObject);
export const templates = recordOf(json);
export const absent = shape<never>("absent", () => false);

export function wholeNumber(least: number): Shape<number> {
  const wanted = `a whole number from ${String(least)}`;
  return shape(wanted, (value) => Number.isInteger(value) && Number(value) >= least);
}

export const retry = objectOf<RetryPolicy>({
  maxAttempts: wholeNumber(1),
  backoff: oneOf({ exponential: true, constant: true }),
  initialDelay: duration,
  maxDelay: duration,
});

export const httpMethod = oneOf<HttpMethod>({
  GET: true,
  HEAD: true,
  OPTIONS: true,
  POST: true,
  PUT: true,
  PATCH: true,
  DELETE: true,
});
