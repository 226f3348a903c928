import { createHmac } from "node:crypto";
import type { WebhookSignature } from "@lintel/specs";
import { expect, test } from "vitest";
import { verifySignature } from "../../executor/admission/webhook-signature.ts";

const body = Buffer.from('{"amount": 1}');
const now = 1_900_000_000_000;
const seconds = String(now / 1000);

function sign(text: string, encoding: "hex" | "base64"): string {
  return createHmac("sha256", "key").update(text).digest(encoding);
}

function verify(rules: Partial<WebhookSignature>, headers: Readonly<Record<string, string>>): () => void {
  const usual = {
    scheme: "hmac-sha256",
    header: "S",
    prefix: "",
    encoding: "hex",
    secret: "s",
    tolerance: 300_000,
  } as const;
  return () => verifySignature({ ...usual, ...rules }, "key", (name) => headers[name], body, now);
}

test("a bare body is signed in hex or base64, with or without a prefix", () => {
  expect(verify({}, { S: sign(String(body), "hex") })).not.toThrow();
  expect(verify({ encoding: "base64" }, { S: sign(String(body), "base64") })).not.toThrow();
  expect(verify({ prefix: "v0=" }, { S: `v0=${sign(String(body), "hex")}` })).not.toThrow();
  expect(verify({ prefix: "v0=" }, { S: sign(String(body), "hex") })).toThrow("does not match");
  expect(verify({ encoding: "base64" }, { S: sign(String(body), "hex") })).toThrow("does not match");
});

test("a stripe signature counts when any of its signatures is of the time stamp and the body", () => {
  const good = sign(`${seconds}.${String(body)}`, "hex");
  const rules = { scheme: "stripe" } as const;
  expect(verify(rules, { S: `t=${seconds},v1=${good}` })).not.toThrow();
  expect(verify(rules, { S: `t=${seconds},v1=${"0".repeat(64)},v1=${good}` })).not.toThrow();
  expect(verify(rules, { S: `t=${seconds},v0=${good}` })).toThrow("does not match");
  expect(verify(rules, { S: `v1=${good}` })).toThrow("does not match");
  expect(verify(rules, { S: `v1=${sign(`.${String(body)}`, "hex")}` })).toThrow("out of tolerance");
  const old = String(now / 1000 - 301);
  expect(verify(rules, { S: `t=${old},v1=${sign(`${old}.${String(body)}`, "hex")}` })).toThrow("out of tolerance");
});

test("a time stamp at the edge of the tolerance counts, one beyond it does not, on both sides", () => {
  const at = (offset: number): (() => void) => {
    const time = String(now / 1000 + offset);
    return verify({ timestampHeader: "T" }, { T: time, S: sign(`${time}.${String(body)}`, "hex") });
  };
  expect(at(300)).not.toThrow();
  expect(at(-300)).not.toThrow();
  expect(at(301)).toThrow("out of tolerance");
  expect(at(-301)).toThrow("out of tolerance");
});
