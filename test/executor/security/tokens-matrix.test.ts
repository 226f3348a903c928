import { createHmac, createPublicKey, KeyObject, sign } from "node:crypto";
import type { JsonObject, Workspace } from "@lintel/specs";
import { CompactEncrypt, exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { authorizationOf } from "../../../executor/admission/authorization.ts";
import { remoteKeys } from "../../../executor/auth/key-set.ts";
import { verifiedTokens } from "../../../executor/auth/verified-tokens.ts";
import { callerOf, tokenVerifier, type VerifyToken } from "../../../executor/auth/verify-token.ts";
import { type RotatingIssuer, startRotatingIssuer } from "../stand-ins/rotating-issuer.ts";

let issuer: RotatingIssuer;
let verify: VerifyToken;

beforeAll(async () => {
  issuer = await startRotatingIssuer();
  await issuer.rotate("key-1");
  verify = tokenVerifier(
    { issuer: issuer.url, audience: "api", algorithms: ["RS256", "ES256", "HS256", "none"] },
    remoteKeys(issuer.url, undefined),
    verifiedTokens(),
  );
});
afterAll(() => issuer.stop());

const now = Math.floor(Date.now() / 1000);

function encode(value: unknown): string {
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
}

function claims(): JsonObject {
  return { iss: issuer.url, aud: "api", sub: "mallory", roles: ["agent"], exp: now + 600 };
}

/** A token of these very bytes, with the issuer's own signature. */
function signed(header: unknown, payload: unknown): string {
  const text = `${encode(header)}.${encode(payload)}`;
  const mac = sign("sha256", Buffer.from(text), {
    key: KeyObject.from(issuer.key("key-1")),
    dsaEncoding: "ieee-p1363",
  });
  return `${text}.${mac.toString("base64url")}`;
}

const usual = { alg: "ES256", kid: "key-1" };

/** Signed by whoever made them, never by the issuer. */
const forged: Readonly<Record<string, () => Promise<string> | string>> = {
  "alg none, without a signature": () => `${encode({ alg: "none" })}.${encode(claims())}.`,
  "alg NONE with another's signature": () =>
    `${encode({ alg: "NONE" })}.${signed(usual, claims()).split(".").slice(1).join(".")}`,
  "an empty signature": () => `${encode(usual)}.${encode(claims())}.`,
  "a signature of zeros (CVE-2022-21449)": () =>
    `${encode(usual)}.${encode(claims())}.${Buffer.alloc(64).toString("base64url")}`,
  "HS256 with the public key as secret": () => {
    const pem = createPublicKey(KeyObject.from(issuer.key("key-1"))).export({ type: "spki", format: "pem" });
    const text = `${encode({ alg: "HS256", kid: "key-1" })}.${encode(claims())}`;
    return `${text}.${createHmac("sha256", pem).update(text).digest("base64url")}`;
  },
  "HS256 with an empty secret": () => {
    const text = `${encode({ alg: "HS256", kid: "key-1" })}.${encode(claims())}`;
    return `${text}.${createHmac("sha256", "").update(text).digest("base64url")}`;
  },
  "RS256 in the name of an ES256 key": async () => {
    const { privateKey } = await generateKeyPair("RS256");
    return new SignJWT(claims()).setProtectedHeader({ alg: "RS256", kid: "key-1" }).sign(privateKey);
  },
  "a key of its own in the header (jwk)": async () => {
    const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
    const jwk = await exportJWK(publicKey);
    return new SignJWT(claims()).setProtectedHeader({ ...usual, jwk }).sign(privateKey);
  },
  "a key set of its own (jku)": async () => {
    const { privateKey } = await generateKeyPair("ES256");
    return new SignJWT(claims()).setProtectedHeader({ ...usual, jku: `${issuer.url}/jku` }).sign(privateKey);
  },
  "a certificate of its own (x5u, x5c)": async () => {
    const { privateKey } = await generateKeyPair("ES256");
    const header = { ...usual, x5u: `${issuer.url}/x5u`, x5c: ["MIIB"] };
    return new SignJWT(claims()).setProtectedHeader(header).sign(privateKey);
  },
  "another key under the same id": async () => {
    const { privateKey } = await generateKeyPair("ES256");
    return new SignJWT(claims()).setProtectedHeader(usual).sign(privateKey);
  },
  "an encrypted token (JWE)": async () => {
    const { publicKey } = await generateKeyPair("RSA-OAEP");
    return new CompactEncrypt(Buffer.from(JSON.stringify(claims())))
      .setProtectedHeader({ alg: "RSA-OAEP", enc: "A256GCM" })
      .encrypt(publicKey);
  },
  "a flattened token (JSON)": () => encode({ payload: encode(claims()), signatures: [] }),
  "two tokens in one": () => `${signed(usual, claims())}.${signed(usual, claims())}`,
  "a header that is no JSON": () => `${encode("{")}.${encode(claims())}.AAAA`,
  "a header that is a list": () => `${encode([])}.${encode(claims())}.AAAA`,
  "a header of nothing": () => `${encode(null)}.${encode(claims())}.AAAA`,
  "an alg that is a list": () => `${encode({ alg: ["ES256"], kid: "key-1" })}.${encode(claims())}.AAAA`,
  "alg none before the real one": () =>
    `${encode('{"alg":"none","alg":"ES256","kid":"key-1"}')}.${encode(claims())}.AAAA`,
  "a prototype for a header": () => `${encode('{"__proto__":{"alg":"none"}}')}.${encode(claims())}.`,
};

/** The issuer's own signature, over what no token of this service may say. */
const unfit: Readonly<Record<string, () => string>> = {
  ...Object.fromEntries(
    ["../../../../dev/null", "key-1' OR '1'='1", "key-1\0", "http://127.0.0.1/key", "__proto__", ""].map((kid) => [
      `the key id ${JSON.stringify(kid)}`,
      () => signed({ ...usual, kid }, claims()),
    ]),
  ),
  "a key id that is a number": () => signed({ ...usual, kid: 1 }, claims()),
  "a header that must be understood (crit)": () => signed({ ...usual, crit: ["exp"], exp: 1 }, claims()),
  "an empty crit": () => signed({ ...usual, crit: [] }, claims()),
  "an unencoded payload (b64)": () => signed({ ...usual, crit: ["b64"], b64: false }, claims()),
  "the type of a logout token": () => signed({ ...usual, typ: "logout+jwt" }, claims()),
  "the type of a security event": () => signed({ ...usual, typ: "secevent+jwt" }, claims()),
  "another issuer": () => signed(usual, { ...claims(), iss: "https://evil.example" }),
  "an issuer with a slash too many": () => signed(usual, { ...claims(), iss: `${issuer.url}/` }),
  "issuers in a list": () => signed(usual, { ...claims(), iss: [issuer.url] }),
  "no issuer": () => signed(usual, { ...claims(), iss: undefined }),
  "another audience": () => signed(usual, { ...claims(), aud: "api2" }),
  "an audience in capitals": () => signed(usual, { ...claims(), aud: "API" }),
  "an empty list of audiences": () => signed(usual, { ...claims(), aud: [] }),
  "an audience that is an object": () => signed(usual, { ...claims(), aud: { api: true } }),
  "no audience": () => signed(usual, { ...claims(), aud: undefined }),
  "an end in the past": () => signed(usual, { ...claims(), exp: now - 60 }),
  "an end ten seconds ago, beyond what clocks may differ": () => signed(usual, { ...claims(), exp: now - 10 }),
  "no end": () => signed(usual, { ...claims(), exp: undefined }),
  "an end that is text": () => signed(usual, { ...claims(), exp: String(now + 600) }),
  "an end that is nothing": () => signed(usual, { ...claims(), exp: null }),
  "an end beyond all numbers": () => signed(usual, JSON.stringify(claims()).replace(/"exp":\d+/u, '"exp":1e999')),
  "a beginning in a minute": () => signed(usual, { ...claims(), nbf: now + 60 }),
  "a beginning that is text": () => signed(usual, { ...claims(), nbf: "0" }),
  "a subject that is a number": () => signed(usual, { ...claims(), sub: 7 }),
  "a subject that is an object": () => signed(usual, { ...claims(), sub: { toString: "admin" } }),
  "a subject that is nothing": () => signed(usual, { ...claims(), sub: null }),
  "a subject with NUL": () => signed(usual, { ...claims(), sub: "carla\0admin" }),
  "a subject of half a character": () => signed(usual, JSON.stringify(claims()).replace("mallory", "\\ud800")),
  "claims that are a list": () => signed(usual, [claims()]),
  "claims that are nothing": () => signed(usual, null),
  "claims that are a token": () => signed(usual, signed(usual, claims())),
};

test.each([...Object.entries(forged), ...Object.entries(unfit)])("a token with %s is refused", async (_name, make) => {
  const authorization = `Bearer ${await make()}`;
  await expect(verify(authorization)).rejects.toMatchObject({ code: "token-invalid", status: 401 });
  await expect(verify(authorization)).rejects.toMatchObject({ code: "token-invalid", status: 401 });
  // Nothing that a token names is fetched.
  const own = ["/.well-known/openid-configuration", "/jwks.json"];
  expect(Object.keys(issuer.asked).filter((path) => !own.includes(path))).toEqual([]);
});

test("a token of megabytes is refused", async () => {
  const huge = `${encode(usual)}.${"A".repeat(4_000_000)}.AAAA`;
  await expect(verify(`Bearer ${huge}`)).rejects.toMatchObject({ code: "token-invalid" });
});

test.each<readonly [string, () => string]>([
  ["the usual claims", () => signed(usual, claims())],
  ["no key id, where one key fits", () => signed({ alg: "ES256" }, claims())],
  ["the type of an access token", () => signed({ ...usual, typ: "at+jwt" }, claims())],
  ["several audiences, of which this is one", () => signed(usual, { ...claims(), aud: ["other", "api"] })],
  ["an end three seconds ago, as clocks differ", () => signed(usual, { ...claims(), exp: now - 3 })],
  ["no subject", () => signed(usual, { ...claims(), sub: undefined })],
])("a token with %s is accepted", async (_name, make) => {
  const authorization = `Bearer ${make()}`;
  const claims = await verify(authorization);
  expect(claims).toMatchObject({ aud: expect.anything() as unknown });
  expect(await verify(authorization)).toEqual(claims);
});

test.each([
  ["bearer in small letters", (token: string) => `bearer ${token}`, "accepted"],
  ["two spaces", (token: string) => `Bearer  ${token}`, "accepted"],
  ["a tab", (token: string) => `Bearer\t${token}`, "token-missing"],
  ["a space at the end", (token: string) => `Bearer ${token} `, "token-missing"],
  ["a space before", (token: string) => ` Bearer ${token}`, "token-missing"],
  ["no scheme", (token: string) => token, "token-missing"],
  ["another scheme", (token: string) => `Basic ${token}`, "token-missing"],
  ["two tokens", (token: string) => `Bearer ${token}, Bearer ${token}`, "token-missing"],
  ["nothing behind the scheme", () => "Bearer ", "token-missing"],
  ["quotes", (token: string) => `Bearer "${token}"`, "token-missing"],
  ["a line break", (token: string) => `Bearer ${token}\nX: y`, "token-missing"],
])("an Authorization header with %s is %s", async (_name, make, expected) => {
  const result = await verify(make(signed(usual, claims()))).then(
    () => "accepted",
    (error: unknown) => (error as { readonly code: string }).code,
  );
  expect(result).toBe(expected);
});

test("two Authorization headers are no bearer token, whichever of them node would keep", async () => {
  const good = `Bearer ${signed(usual, claims())}`;
  expect(authorizationOf(["Host", "x", "authorization", good])).toBe(good);
  expect(authorizationOf(["Host", "x"])).toBeUndefined();
  const both = authorizationOf(["Authorization", good, "AUTHORIZATION", "Bearer other"]);
  await expect(verify(both)).rejects.toMatchObject({ code: "token-missing" });
});

test.each<readonly [string, JsonObject, readonly string[]]>([
  ["a list", { roles: ["agent", "customer"] }, ["customer", "agent"]],
  ["a text", { roles: "agent" }, ["agent"]],
  ["a text of several", { roles: "agent customer" }, ["customer", "agent"]],
  ["a list with other things in it", { roles: ["agent", 1, null, { agent: true }, ["customer"]] }, ["agent"]],
  ["an object", { roles: { agent: true, length: 1, 0: "agent" } }, []],
  ["a number", { roles: 1 }, []],
  ["nothing", { roles: null }, []],
  ["not there", {}, []],
  ["names of prototypes", { roles: ["__proto__", "constructor", "toString", "hasOwnProperty"] }, []],
  ["other spellings", { roles: ["Agent", "agent ", "AGENT", "agеnt"] }, []],
  ["roles of one list in a text", { roles: ["agent customer"] }, []],
])("roles that are %s give the declared ones among them", (_name, given, roles) => {
  const workspace = { roles: ["customer", "agent"], auth: { roleClaim: "roles" } } as unknown as Workspace;
  expect(callerOf(given, workspace).roles).toEqual(roles);
});

test.each([
  ["constructor.name", []],
  ["__proto__.roles", []],
  ["realm.roles", ["agent"]],
])("the role claim %s is looked for among the token's own claims", (roleClaim, roles) => {
  const workspace = { roles: ["agent", "Object"], auth: { roleClaim } } as unknown as Workspace;
  expect(callerOf({ realm: { roles: ["agent"] } }, workspace).roles).toEqual(roles);
});
