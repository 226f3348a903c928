import { createHmac } from "node:crypto";
import { generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { audience } from "./bookings.ts";
import { type Bookings, startBookings } from "./start-bookings.ts";

let bookings: Bookings;
beforeAll(async () => {
  bookings = await startBookings();
});
afterAll(async () => {
  await bookings.stop();
});

const soon = Math.floor(Date.now() / 1000) + 600;
const roles = ["agent"];

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function claims(): Readonly<Record<string, unknown>> {
  return { iss: bookings.issuer.url, aud: audience, sub: "mallory", roles, exp: soon };
}

const wrong: Readonly<Record<string, () => Promise<string | undefined>>> = {
  "no token": () => Promise.resolve(undefined),
  "text that is no token": () => Promise.resolve("not-a-token"),
  "an expired token": () => bookings.issuer.token({ roles, exp: soon - 3600 }),
  "a token that never expires": () => bookings.issuer.token({ roles, exp: undefined }),
  "a token of tomorrow": () => bookings.issuer.token({ roles, nbf: soon }),
  "a token of another issuer": () => bookings.issuer.token({ roles, iss: "https://evil.example.com" }),
  "a token for another audience": () => bookings.issuer.token({ roles, aud: "https://other.test" }),
  "a token for nobody in particular": () => bookings.issuer.token({ roles, aud: undefined }),
  "a token whose subject holds NUL": () => bookings.issuer.token({ roles, sub: "agent-1\0" }),
  "a token with an unknown key id": () => bookings.issuer.token({ roles }, { kid: "key-2" }),
  "a token with alg none": () => Promise.resolve(`${encode({ alg: "none", typ: "JWT" })}.${encode(claims())}.`),
  "a token with alg None and a signature": async () => {
    const [, payload, signature] = (await bookings.issuer.token({ roles })).split(".");
    return `${encode({ alg: "None" })}.${String(payload)}.${String(signature)}`;
  },
  "HS256 with the public key as secret": () => {
    const signed = `${encode({ alg: "HS256", kid: "key-1" })}.${encode(claims())}`;
    const mac = createHmac("sha256", bookings.issuer.publicKey).update(signed).digest("base64url");
    return Promise.resolve(`${signed}.${mac}`);
  },
  "a token signed with another key": async () => {
    const { privateKey } = await generateKeyPair("RS256");
    return new SignJWT(claims()).setProtectedHeader({ alg: "RS256", kid: "key-1" }).sign(privateKey);
  },
  "a token whose payload was changed": async () => {
    const [header, , signature] = (await bookings.issuer.token({ roles: ["customer"] })).split(".");
    return `${String(header)}.${encode(claims())}.${String(signature)}`;
  },
};

test.each(Object.entries(wrong))("%s is answered 401 and nothing is read", async (_name, make) => {
  const token = await make();
  const before = (await bookings.executions()).length;
  const { status, body, headers } = await bookings.call("GET", "/rooms", token === undefined ? {} : { token });
  expect(status).toBe(401);
  expect(body["code"]).toBe(token === undefined || !token.includes(".") ? body["code"] : "token-invalid");
  expect(headers.get("www-authenticate")).toMatch(/^Bearer/u);
  const records = await bookings.executions();
  expect(records).toHaveLength(before + 1);
  expect(records.at(-1)).toMatchObject({ outcome: "refused", status: 401, caller_subject: null });
});

test("unknown key ids do not make the service ask the issuer for its keys again and again", async () => {
  await bookings.call("GET", "/rooms", { token: await bookings.agent() });
  const before = bookings.issuer.fetches();
  for (let count = 0; count < 10; count += 1) {
    await bookings.call("GET", "/rooms", {
      token: await bookings.issuer.token({ roles }, { kid: `other-${String(count)}` }),
    });
  }
  expect(bookings.issuer.fetches() - before).toBeLessThanOrEqual(1);
});

test("a caller without one of the tool's roles is answered 403, and the record names the caller", async () => {
  const token = await bookings.customer("carla");
  const { status, body } = await bookings.call("GET", "/customers", { token });
  expect(body).toMatchObject({ code: "role-missing" });
  expect(status).toBe(403);
  expect((await bookings.executions()).at(-1)).toMatchObject({ outcome: "refused", caller_subject: "carla" });
});

test("a role that the workspace does not declare counts for nothing", async () => {
  const token = await bookings.issuer.token({ sub: "x", roles: ["admin", "root"] });
  expect((await bookings.call("GET", "/rooms", { token })).status).toBe(403);
});

test("a token of the right issuer, audience and role is accepted", async () => {
  expect((await bookings.call("GET", "/rooms", { token: await bookings.agent() })).status).toBe(200);
});
