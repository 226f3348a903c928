import { createHmac, timingSafeEqual } from "node:crypto";
import type { WebhookSignature } from "@lintel/specs";
import { ExecutionError } from "../errors/execution-error.ts";

export type HeaderReader = (name: string) => string | undefined;

/**
 * Verifies a webhook's HMAC over its raw body, before anything of it is parsed: of `<timestamp>.<body>` where a time stamp
 * header is named (seconds since 1970), else of the body.
 * @throws ExecutionError signature-missing, signature-invalid, signature-stale
 */
export function verifySignature(
  rules: WebhookSignature,
  secret: string,
  header: HeaderReader,
  body: Buffer,
  now: number,
): void {
  const given = header(rules.header);
  const timestamp = rules.timestampHeader === undefined ? undefined : header(rules.timestampHeader);
  if (given === undefined) throw missing(rules.header);
  if (rules.timestampHeader !== undefined && timestamp === undefined) throw missing(rules.timestampHeader);
  const mac = createHmac("sha256", secret);
  if (timestamp !== undefined) mac.update(`${timestamp}.`);
  const expected = mac.update(body).digest();
  if (!isEqual(decode(given, rules), expected)) throw new ExecutionError("signature-invalid");
  // Only an authentic time stamp is worth a look.
  if (timestamp !== undefined && !isRecent(timestamp, rules.tolerance, now))
    throw new ExecutionError("signature-stale");
}

function decode(given: string, { prefix, encoding }: WebhookSignature): Buffer {
  if (!given.startsWith(prefix)) return Buffer.alloc(0);
  const text = given.slice(prefix.length);
  const form = encoding === "hex" ? /^[0-9a-f]{64}$/iu : /^[A-Za-z0-9+/_-]{43}=?$/u;
  return form.test(text) ? Buffer.from(text, encoding) : Buffer.alloc(0);
}

/** In a time that does not tell how much of it is right. */
function isEqual(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function isRecent(timestamp: string, tolerance: number, now: number): boolean {
  if (!/^\d{1,12}$/u.test(timestamp)) return false;
  return Math.abs(now - Number(timestamp) * 1000) <= tolerance;
}

function missing(header: string): ExecutionError {
  return new ExecutionError("signature-missing", { detail: `the header ${header} is missing` });
}
