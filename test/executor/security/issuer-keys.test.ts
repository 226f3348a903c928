import { afterEach, beforeEach, expect, test } from "vitest";
import { remoteKeys } from "../../../executor/auth/key-set.ts";
import { tokenVerifier, type VerifyToken } from "../../../executor/auth/verify-token.ts";
import { type RotatingIssuer, startRotatingIssuer } from "../stand-ins/rotating-issuer.ts";

let issuer: RotatingIssuer;
let time: number;

beforeEach(async () => {
  issuer = await startRotatingIssuer();
  await issuer.rotate("one");
  time = 1_000_000;
});
afterEach(() => issuer.stop());

const minute = 60_000;
const hour = 60 * minute;

function verifier(): VerifyToken {
  const rules = { issuer: issuer.url, audience: "api", algorithms: ["RS256", "ES256"] };
  return tokenVerifier(rules, remoteKeys(issuer.url, undefined, { now: () => time }));
}

async function check(verify: VerifyToken, kid?: string): Promise<string> {
  return verify(`Bearer ${await issuer.token({}, {}, kid)}`).then(
    () => "accepted",
    (error: unknown) => (error as { readonly code: string }).code,
  );
}

const fetches = (): number => issuer.asked["/jwks.json"] ?? 0;

test("a hundred first calls at once fetch the keys once", async () => {
  const verify = verifier();
  const results = await Promise.all(Array.from({ length: 100 }, () => check(verify)));
  expect(new Set(results)).toEqual(new Set(["accepted"]));
  expect(issuer.asked).toEqual({ "/.well-known/openid-configuration": 1, "/jwks.json": 1 });
});

test("a key that is new is fetched at once, also a second after the last fetch, and once for all who ask with it", async () => {
  const verify = verifier();
  await check(verify);
  time += 1000;
  await issuer.rotate("two");
  const results = await Promise.all([...Array.from({ length: 20 }, () => check(verify)), check(verify, "one")]);
  expect(new Set(results)).toEqual(new Set(["accepted"]));
  expect(fetches()).toBe(2);
});

test("unknown key ids make the issuer be asked twice a minute at most, whatever their number", async () => {
  const verify = verifier();
  await check(verify);
  for (let count = 0; count < 60; count += 1) {
    time += 1000;
    const token = await issuer.token({}, { kid: `other-${String(count)}` });
    await expect(verify(`Bearer ${token}`)).rejects.toMatchObject({ code: "token-invalid" });
  }
  expect(fetches()).toBe(3);
});

test("a key that came within the cooldown of an attack is known when that is over", async () => {
  const verify = verifier();
  await check(verify);
  await expect(verify(`Bearer ${await issuer.token({}, { kid: "x" })}`)).rejects.toMatchObject({
    code: "token-invalid",
  });
  await issuer.rotate("two");
  expect(await check(verify)).toBe("token-invalid");
  time += 30_000;
  expect(await check(verify)).toBe("accepted");
});

test("keys are fetched again every ten minutes, and nobody waits for that", async () => {
  const verify = verifier();
  await check(verify);
  time += 11 * minute;
  issuer.answer(null);
  expect(await check(verify)).toBe("accepted");
  expect(await check(verify)).toBe("accepted");
  await expect.poll(fetches).toBe(2);
});

test("a key that the issuer has withdrawn is refused once the keys were fetched again", async () => {
  const verify = verifier();
  await check(verify);
  await issuer.rotate("two", true);
  time += 11 * minute;
  expect(await check(verify, "one")).toBe("accepted");
  await expect.poll(() => check(verify, "one")).toBe("token-invalid");
});

test.each([
  ["answers 500", 500],
  ["answers no keys", "{}"],
  ["answers an empty list", '{"keys":[]}'],
  ["answers no JSON", "<html>"],
  ["answers 2 MiB", " ".repeat(2 * 1024 * 1024)],
  ["answers keys that are none", '{"keys":[null]}'],
])("an issuer that %s leaves the keys that are known, for a day", async (_name, instead) => {
  const verify = verifier();
  await check(verify);
  issuer.answer(instead);
  for (let count = 0; count < 23; count += 1) {
    time += hour;
    expect(await check(verify)).toBe("accepted");
  }
  time += 2 * hour;
  expect(await check(verify)).toBe("keys-unavailable");
  issuer.answer(undefined);
  time += 2000;
  expect(await check(verify)).toBe("accepted");
});

test("an unknown key while the issuer is away is a 503 and not the token's fault, and known keys go on", async () => {
  const verify = verifier();
  await check(verify);
  await issuer.rotate("two");
  issuer.answer(503);
  expect(await check(verify, "two")).toBe("keys-unavailable");
  expect(await check(verify, "one")).toBe("accepted");
});

test("an issuer that is away at the start is asked once a second at most", async () => {
  issuer.answer(500);
  const verify = verifier();
  for (let count = 0; count < 10; count += 1) expect(await check(verify)).toBe("keys-unavailable");
  expect(fetches()).toBe(1);
  time += 1001;
  issuer.answer(undefined);
  expect(await check(verify)).toBe("accepted");
});
