import { createHmac } from "node:crypto";
import type { WebhookSignature, WebhookTrigger } from "@lintel/specs";
import { describe, expect, test } from "vitest";
import { deliveryIdsOf } from "../../../executor/admission/delivery-ids.ts";
import { readBody } from "../../../executor/admission/read-body.ts";
import { verifySignature } from "../../../executor/admission/webhook-signature.ts";
import { ExecutionError } from "../../../executor/errors/execution-error.ts";

const body = Buffer.from('{"amount":1}');
const now = 1_900_000_000_000;
const seconds = String(now / 1000);

type Headers = Readonly<Record<string, string>>;

const plain = {
  scheme: "hmac-sha256",
  header: "S",
  prefix: "",
  encoding: "hex",
  secret: "s",
  tolerance: 300_000,
} as const;
const stripe = { ...plain, scheme: "stripe" } as const;
const timed = { ...plain, timestampHeader: "T" } as const;

function sign(text: string | Buffer, key = "key"): string {
  return createHmac("sha256", key).update(text).digest("hex");
}

function signedAt(time: string, key = "key"): string {
  return sign(`${time}.${String(body)}`, key);
}

function outcome(rules: WebhookSignature, headers: Headers, secret = "key", raw: Buffer = body): string {
  try {
    verifySignature(rules, secret, (name) => headers[name], raw, now);
    return "accepted";
  } catch (error) {
    // Anything but a refusal of the catalogue would be a 500.
    if (error instanceof ExecutionError) return error.code;
    throw error;
  }
}

describe("a secret of two lines", () => {
  const secrets = "old\nnew\n";
  test.each(["old", "new"])("lets in what is signed with the %s one", (key) => {
    expect(outcome(plain, { S: sign(body, key) }, secrets)).toBe("accepted");
    expect(outcome(stripe, { S: `t=${seconds},v1=${signedAt(seconds, key)}` }, secrets)).toBe("accepted");
    expect(outcome(timed, { T: seconds, S: signedAt(seconds, key) }, secrets)).toBe("accepted");
  });

  test.each(["", "\n", "old\nnew", "key"])("does not let in what is signed with %j", (key) => {
    expect(outcome(plain, { S: sign(body, key) }, secrets)).toBe("signature-invalid");
  });

  test("of nothing but line breaks lets nobody in", () => {
    for (const secret of ["", "\n", "\r\n\r\n"]) {
      expect(outcome(plain, { S: sign(body, "") }, secret)).toBe("signature-invalid");
    }
  });
});

test("of the signatures that a sender makes with its old and its new secret, one is enough", () => {
  const both = (ours: string, other: string): string =>
    `t=${seconds},v1=${signedAt(seconds, other)},v1=${signedAt(seconds, ours)}`;
  expect(outcome(stripe, { S: both("key", "next") })).toBe("accepted");
  expect(outcome(stripe, { S: both("next", "other") })).toBe("signature-invalid");
});

test.each([
  "1.5",
  "-1900000000",
  "1900000000.0",
  "19e8",
  "0x713fb300",
  "1900000000000",
  "9".repeat(400),
  "",
  " ",
  "now",
  "١٩٠٠٠٠٠٠٠٠",
])("the time stamp %j counts for no time, however well it is signed", (time) => {
  expect(outcome(timed, { T: time, S: signedAt(time) })).toBe("signature-stale");
  const code = outcome(stripe, { S: `t=${time},v1=${signedAt(time)}` });
  expect(["signature-stale", "signature-invalid"]).toContain(code);
});

const good = signedAt(seconds);

test.each<readonly [string, WebhookSignature, Headers]>([
  ["an empty header", stripe, { S: "" }],
  ["commas only", stripe, { S: ",,,,,,,," }],
  ["equals signs only", stripe, { S: "====,=,==" }],
  ["no time stamp", stripe, { S: `v1=${good}` }],
  ["no signature", stripe, { S: `t=${seconds}` }],
  ["a signature of another version", stripe, { S: `t=${seconds},v0=${good}` }],
  ["a name of a prototype", stripe, { S: `__proto__=1,constructor=2,t=${seconds}` }],
  ["a signature beyond the sixteenth pair", stripe, { S: `${"a=b,".repeat(16)}t=${seconds},v1=${good}` }],
  ["a signature that is too long", stripe, { S: `t=${seconds},v1=${good}00` }],
  ["a signature that is too short", stripe, { S: `t=${seconds},v1=${good.slice(2)}` }],
  ["two time stamps, of which the first is another", stripe, { S: `t=1,t=${seconds},v1=${good}` }],
  ["characters that are no hex", plain, { S: "zz".repeat(32) }],
  ["characters beyond Latin-1", plain, { S: "ＡＢ".repeat(16) }],
  ["two values, as two headers come", plain, { S: `${sign(body)}, ${sign(body)}` }],
  ["a prefix that is not there", { ...plain, prefix: "sha256=" }, { S: sign(body) }],
  ["the signature of the body in place of body and time", timed, { T: seconds, S: sign(body) }],
  ["a megabyte", plain, { S: "a".repeat(1_000_000) }],
])("a signature header with %s is a refusal and no failure", (_name, rules, headers) => {
  expect(outcome(rules, headers)).toBe("signature-invalid");
});

test.each<readonly [string, WebhookSignature, Headers]>([
  ["the signature", plain, {}],
  ["the time stamp", timed, { S: good }],
])("a request without %s is told so", (_name, rules, headers) => {
  expect(outcome(rules, headers)).toBe("signature-missing");
});

test("the signature is of the bytes, and what cannot be read of them is a refusal afterwards", () => {
  const json = { type: "application/json", encoding: undefined };
  const marked = Buffer.from('\ufeff{"a":1}');
  expect(outcome(plain, { S: sign(marked) }, "key", marked)).toBe("accepted");
  expect(readBody(marked, json)).toEqual({ a: 1 });
  const broken = Buffer.from([0x7b, 0xff, 0x7d]);
  expect(outcome(plain, { S: sign(broken) }, "key", broken)).toBe("accepted");
  expect(() => readBody(broken, json)).toThrow("it is not UTF-8");
});

describe("a captured delivery", () => {
  const ids = (signature: WebhookSignature, headers: Headers, raw = body): readonly string[] => {
    const trigger = { signature, idHeader: "I" } as unknown as WebhookTrigger;
    return deliveryIdsOf(trigger, (name) => headers[name], raw);
  };
  const overlap = (one: readonly string[], two: readonly string[]): boolean => one.some((id) => two.includes(id));

  test.each<readonly [string, WebhookSignature, Headers]>([
    ["signs the body alone", plain, { S: sign(body) }],
    ["signs a time stamp", timed, { S: good, T: seconds }],
    ["signs as Stripe does", stripe, { S: `t=${seconds},v1=${good}` }],
  ])("of a sender that %s is the same under another id, without one, and with one", (_name, rules, headers) => {
    const captured = ids(rules, { ...headers, I: "first" });
    for (const I of ["second", "", "  "]) expect(overlap(captured, ids(rules, { ...headers, I }))).toBe(true);
    const bare = ids(rules, headers);
    expect(overlap(captured, bare)).toBe(true);
    expect(overlap(bare, ids(rules, { ...headers, I: "made up" }))).toBe(true);
  });

  test("is not another one of the same body that was signed at another time, under another id", () => {
    const later = String(now / 1000 + 60);
    const one = ids(timed, { S: good, T: seconds, I: "first" });
    expect(overlap(one, ids(timed, { S: signedAt(later), T: later, I: "second" }))).toBe(false);
  });

  test("cannot be made another one by a signature more, or the order of its parts", () => {
    const one = ids(stripe, { S: `t=${seconds},v1=${good}` });
    expect(overlap(one, ids(stripe, { S: `v1=${good}, v0=x , t=${seconds}`, I: "x" }))).toBe(true);
  });
});
