// Decision: docs/decisions/0025-verified-tokens-are-remembered.md
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type KeySetRules, remoteKeys } from "../../../executor/auth/key-set.ts";
import { scheduleTokens } from "../../../executor/auth/schedule-token.ts";
import { type VerifiedTokens, verifiedTokens } from "../../../executor/auth/verified-tokens.ts";
import { tokenVerifier, type VerifyToken } from "../../../executor/auth/verify-token.ts";
import { type RotatingIssuer, startRotatingIssuer } from "../stand-ins/rotating-issuer.ts";

let issuer: RotatingIssuer;
let time: number;
let memory: VerifiedTokens;

beforeEach(async () => {
  issuer = await startRotatingIssuer();
  await issuer.rotate("one");
  time = 1_000_000;
  memory = verifiedTokens({ now: () => time });
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await issuer.stop();
});

const second = 1000;

function verifier(rules: Partial<KeySetRules> = {}): VerifyToken {
  return tokenVerifier(rulesOf(), remoteKeys(issuer.url, undefined, { now: () => time, ...rules }), memory);
}

async function bearer(claims: Readonly<Record<string, unknown>> = {}, kid?: string): Promise<string> {
  return `Bearer ${await issuer.token(claims, {}, kid)}`;
}

async function check(verify: VerifyToken, authorization: string): Promise<string> {
  return verify(authorization).then(
    () => "accepted",
    (error: unknown) => (error as { readonly code: string }).code,
  );
}

/** Signatures that were computed so far. */
function signatures(): () => number {
  const computed = vi.spyOn(crypto.subtle, "verify");
  return () => computed.mock.calls.length;
}

test("a token that comes again is accepted without its signature, and says the same", async () => {
  const verify = verifier();
  const computed = signatures();
  const claims = { roles: ["agent"], email: "carla@example.test", odd: { __proto__: null, "": [1e21, -0, "é\u0000"] } };
  const authorization = await bearer(claims);
  const first = await verify(authorization);
  for (let count = 0; count < 20; count += 1) expect(await verify(authorization)).toEqual(first);
  expect(computed()).toBe(1);
});

test("a token is verified anew after a minute, however often it comes meanwhile", async () => {
  const verify = verifier();
  const computed = signatures();
  const authorization = await bearer();
  for (let count = 0; count <= 6; count += 1) {
    await verify(authorization);
    time += 10 * second;
  }
  expect(computed()).toBe(1);
  await verify(authorization);
  expect(computed()).toBe(2);
});

test("a remembered token has the keys fetched when they are due, and ends with its key", async () => {
  const verify = verifier({ freshFor: 10 * second });
  const authorization = await bearer();
  await verify(authorization);
  await issuer.rotate("two", true);
  time += 9 * second;
  expect(await check(verify, authorization)).toBe("accepted");
  expect(issuer.asked["/jwks.json"]).toBe(1);
  time += 2 * second;
  // As with a new token, the call that has the keys fetched does not wait for them.
  expect(await check(verify, authorization)).toBe("accepted");
  await expect.poll(() => check(verify, authorization)).toBe("token-invalid");
  // It is the key that ended it, and not the time for which it is remembered.
  expect(memory.find(authorization)).toBeDefined();
});

test("a withdrawn key ends a remembered token at once when another's new key has the keys fetched", async () => {
  const verify = verifier();
  const authorization = await bearer();
  await verify(authorization);
  await issuer.rotate("two", true);
  expect(await check(verify, await bearer({}, "two"))).toBe("accepted");
  expect(await check(verify, authorization)).toBe("token-invalid");
});

test("another key under the same id ends a remembered token", async () => {
  const verify = verifier({ freshFor: 10 * second });
  const authorization = await bearer();
  await verify(authorization);
  await issuer.rotate("one", true);
  time += 11 * second;
  await verify(authorization);
  await expect.poll(() => check(verify, authorization)).toBe("token-invalid");
  expect(await check(verify, await bearer())).toBe("accepted");
});

test("a remembered token counts no longer than the keys of an issuer that is away", async () => {
  const verify = verifier({ freshFor: 10 * second, keptFor: 20 * second });
  const authorization = await bearer();
  await verify(authorization);
  issuer.answer(503);
  time += 19 * second;
  expect(await check(verify, authorization)).toBe("accepted");
  time += 2 * second;
  expect(await check(verify, authorization)).toBe("keys-unavailable");
});

test("a remembered token ends when a new one would: five seconds beyond its end", async () => {
  const verify = verifier();
  const now = Math.floor(Date.now() / 1000) * 1000;
  vi.setSystemTime(now);
  const authorization = await bearer({ exp: now / 1000 + 10 });
  await verify(authorization);
  for (const [passed, expected] of [
    [14.9, "accepted"],
    [15, "token-invalid"],
    [14.9, "accepted"],
    [16, "token-invalid"],
  ] as const) {
    vi.setSystemTime(now + passed * second);
    expect(await check(verify, authorization)).toBe(expected);
    expect(await check(tokenVerifier(rulesOf(), remoteKeys(issuer.url, undefined)), authorization)).toBe(expected);
  }
  await expect(verify(authorization)).rejects.toMatchObject({ detail: "the token has expired" });
});

test("a remembered token whose beginning lies ahead again, since the clock was set back, is refused like a new one", async () => {
  const verify = verifier();
  const now = Math.floor(Date.now() / 1000) * 1000;
  vi.setSystemTime(now);
  const authorization = await bearer({ nbf: now / 1000 });
  await verify(authorization);
  vi.setSystemTime(now - 5 * second);
  expect(await check(verify, authorization)).toBe("accepted");
  vi.setSystemTime(now - 6 * second);
  await expect(verify(authorization)).rejects.toMatchObject({ detail: "the claim nbf is not as it must be" });
});

test("a token that differs from a remembered one in one character of its signature is refused", async () => {
  const verify = verifier();
  const authorization = await bearer();
  await verify(authorization);
  const start = authorization.lastIndexOf(".") + 1;
  // The last character has bits that mean nothing.
  for (let at = start; at < authorization.length - 1; at += 1) {
    const other = `${authorization.slice(0, at)}${authorization[at] === "A" ? "B" : "A"}${authorization.slice(at + 1)}`;
    expect(await check(verify, other)).toBe("token-invalid");
    expect(memory.find(other)).toBeUndefined();
  }
  expect(await check(verify, authorization)).toBe("accepted");
});

test("other claims under a remembered signature are refused", async () => {
  const verify = verifier();
  const [mine, other] = [await bearer({ roles: [] }), await bearer({ roles: ["agent"] })];
  await verify(mine);
  await verify(other);
  const [header, , signature] = mine.split(".");
  const mixed = `${String(header)}.${String(other.split(".")[1])}.${String(signature)}`;
  expect(await check(verify, mixed)).toBe("token-invalid");
});

test("refused tokens are not remembered: one that begins later is accepted then", async () => {
  const verify = verifier();
  const now = Math.floor(Date.now() / 1000) * 1000;
  vi.setSystemTime(now);
  const authorization = await bearer({ nbf: now / 1000 + 60, exp: now / 1000 + 600 });
  expect(await check(verify, authorization)).toBe("token-invalid");
  expect(memory.find(authorization)).toBeUndefined();
  vi.setSystemTime(now + 60 * second);
  expect(await check(verify, authorization)).toBe("accepted");
  expect(memory.find(authorization)).toBeDefined();
});

test("what a call does to its claims no other call sees", async () => {
  const verify = verifier();
  const authorization = await bearer({ roles: ["guest"], realm: { roles: ["guest"] } });
  const [first, second] = [await verify(authorization), await verify(authorization)];
  for (const claims of [first, second]) {
    (claims["roles"] as string[]).push("agent");
    (claims["realm"] as Record<string, unknown>)["roles"] = ["agent"];
    (claims as Record<string, unknown>)["sub"] = "mallory";
  }
  expect(await verify(authorization)).toMatchObject({ sub: "carla", roles: ["guest"], realm: { roles: ["guest"] } });
});

test("of ten thousand tokens the latest two thousand are remembered", () => {
  const tokens = Array.from({ length: 10_000 }, (_, index) => `Bearer a.${String(index)}.b`);
  for (const authorization of tokens) remember(authorization);
  const found = tokens.filter((authorization) => memory.find(authorization) !== undefined);
  expect(found).toEqual(tokens.slice(-2000));
});

test("tokens of callers who do not come back are forgotten with the next call of anybody", () => {
  for (let count = 0; count < 100; count += 1) remember(`Bearer a.${String(count)}.b`);
  time += 61 * second;
  expect(memory.find("Bearer other")).toBeUndefined();
  time -= 61 * second;
  expect(memory.find("Bearer a.1.b")).toBeUndefined();
});

test("an Authorization header beyond 4 KiB is verified each time", async () => {
  const verify = verifier();
  const computed = signatures();
  const [long, padded] = [await bearer({ text: "x".repeat(4000) }), (await bearer()).replace(" ", " ".repeat(4000))];
  for (const authorization of [long, padded, long, padded]) expect(await check(verify, authorization)).toBe("accepted");
  expect(computed()).toBe(4);
});

test("a verifier remembers for itself: another audience's refuses what this one knows", async () => {
  const verify = verifier();
  const authorization = await bearer();
  await verify(authorization);
  const rules = { ...rulesOf(), audience: "other" };
  const other = tokenVerifier(rules, remoteKeys(issuer.url, undefined), verifiedTokens({ now: () => time }));
  expect(await check(other, authorization)).toBe("token-invalid");
});

test("tokens of schedules are verified each time", async () => {
  const email = "scheduler@example.test";
  const verify = scheduleTokens({ issuer: issuer.url, audience: "api", email });
  const computed = signatures();
  const authorization = await bearer({ email, email_verified: true });
  await verify(authorization);
  await verify(authorization);
  expect(computed()).toBe(2);
});

function rulesOf(): { readonly issuer: string; readonly audience: string; readonly algorithms: readonly string[] } {
  return { issuer: issuer.url, audience: "api", algorithms: ["ES256"] };
}

function remember(authorization: string): void {
  memory.remember({ authorization, token: authorization.slice("Bearer ".length), key: new Uint8Array() });
}
