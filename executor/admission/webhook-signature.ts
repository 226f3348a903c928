import { createHmac, timingSafeEqual } from "node:crypto";
import type { WebhookSignature } from "@lintel/specs";
import { ExecutionError } from "../errors/execution-error.ts";

export type HeaderReader = (name: string) => string | undefined;

/** What the sender claims: any one of its signatures may match, as senders roll their secrets. */
interface Claimed {
  readonly signatures: readonly Buffer[];
  readonly timestamp: string | undefined;
}

/**
 * Verifies a webhook's HMAC over its raw body, before anything of it is parsed: of `<timestamp>.<body>` where there is a time
 * stamp (seconds since 1970), else of the body. A secret of several lines is several, all of which count while one is replaced.
 * @throws ExecutionError signature-missing, signature-invalid, signature-stale
 */
export function verifySignature(
  rules: WebhookSignature,
  secret: string,
  header: HeaderReader,
  body: Buffer,
  now: number,
): void {
  const { signatures, timestamp } = rules.scheme === "stripe" ? readStripe(rules, header) : readPlain(rules, header);
  const isAuthentic = secretsOf(secret).some((key) => {
    const mac = createHmac("sha256", key);
    if (timestamp !== undefined) mac.update(`${timestamp}.`);
    const expected = mac.update(body).digest();
    return signatures.some((signature) => isEqual(signature, expected));
  });
  if (!isAuthentic) throw new ExecutionError("signature-invalid");
  // Only an authentic time stamp is worth a look.
  if (timestamp !== undefined && !isRecent(timestamp, rules.tolerance, now))
    throw new ExecutionError("signature-stale");
}

function readPlain(rules: WebhookSignature, header: HeaderReader): Claimed {
  const given = header(rules.header);
  if (given === undefined) throw missing(rules.header);
  const timestamp = rules.timestampHeader === undefined ? undefined : header(rules.timestampHeader);
  if (rules.timestampHeader !== undefined && timestamp === undefined) throw missing(rules.timestampHeader);
  return { signatures: [decode(given, rules)], timestamp };
}

/** `t=1700000000,v1=<hex>,v1=<hex>` (docs.stripe.com/webhooks/signature). */
function readStripe(rules: WebhookSignature, header: HeaderReader): Claimed {
  const given = header(rules.header);
  if (given === undefined) throw missing(rules.header);
  const plain = { ...rules, prefix: "", encoding: "hex" } as const;
  const signatures = readPairs(given, "v1").map((value) => decode(value, plain));
  return { signatures, timestamp: readPairs(given, "t")[0] ?? "" };
}

/** The values of a name in `t=…,v1=…`, of sixteen pairs at most. */
export function readPairs(given: string, name: string): readonly string[] {
  const pairs = given.split(",", 16).map((pair) => pair.trim().split("=", 2));
  return pairs.flatMap(([key, value = ""]) => (key === name ? value : []));
}

/** Lines; an empty one is none, so that no signature is ever made with nothing. */
function secretsOf(secret: string): readonly string[] {
  return secret.split(/\r?\n/u).filter((line) => line !== "");
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
