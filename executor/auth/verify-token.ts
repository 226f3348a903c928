import { isJsonObject, type JsonObject, type JsonValue, type Workspace } from "@lintel/specs";
import {
  type CompactJWSHeaderParameters,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JWTVerifyGetKey,
  type JWTVerifyResult,
  jwtVerify,
  type ResolvedKey,
} from "jose";
import { ExecutionError } from "../errors/execution-error.ts";
import type { Caller } from "./caller.ts";
import { remoteKeys } from "./key-set.ts";
import { type VerifiedToken, type VerifiedTokens, verifiedTokens } from "./verified-tokens.ts";

/** Seconds that clocks may differ. */
const clockTolerance = 5;

/** Signature algorithms with a public key; none of them can be forged with what the key set publishes. */
const asymmetric = new Set("RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519".split(" "));

/** Media types of access tokens (RFC 7519, section 5.1; RFC 9068, section 2.1), without or with their full name. */
const types: ReadonlySet<string> = new Set(["jwt", "application/jwt", "at+jwt", "application/at+jwt"]);

export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly string[];
}

/** The verified claims of a bearer token. @throws ExecutionError token-missing, token-invalid, keys-unavailable */
export type VerifyToken = (authorization: string | undefined) => Promise<JsonObject>;

/**
 * Verifies tokens of one issuer (RFC 7519, RFC 8725): algorithm, signature, issuer, audience and expiry, which must be there.
 * With a memory, the signature of a token that comes again is not computed again; every refusal is made by full verification.
 */
export function tokenVerifier(rules: TokenRules, keys: JWTVerifyGetKey, memory?: VerifiedTokens): VerifyToken {
  const verify = fullVerification(rules, keys);
  return async (authorization = "") => {
    try {
      const known = memory?.find(authorization);
      const claims = known === undefined ? undefined : await stillGood(known, keys);
      if (claims !== undefined) return claims;
      const token = /^Bearer +([A-Za-z0-9._~+/=-]+)$/iu.exec(authorization)?.[1];
      if (token === undefined) throw missing();
      const { payload, key } = await verify(token);
      memory?.remember({ authorization, token, key });
      return payload as JsonObject;
    } catch (error) {
      if (error instanceof ExecutionError) throw error;
      throw invalid(error);
    }
  };
}

type FullVerification = (token: string) => Promise<JWTVerifyResult & ResolvedKey>;

function fullVerification(rules: TokenRules, keys: JWTVerifyGetKey): FullVerification {
  const algorithms = rules.algorithms.filter((algorithm) => asymmetric.has(algorithm));
  return async (token) => {
    const verified = await jwtVerify(token, keys, {
      issuer: rules.issuer,
      audience: rules.audience,
      algorithms,
      clockTolerance,
      requiredClaims: ["exp"],
    });
    const { payload, protectedHeader } = verified;
    // Other things that an issuer signs (RFC 8725, section 3.11), such as logout tokens, are no access tokens.
    if (!types.has((protectedHeader.typ ?? "jwt").toLowerCase())) throw new Error("the token is of another type");
    if (!Number.isFinite(payload.exp)) throw new Error("the token never expires");
    const { sub = "" } = payload;
    // PostgreSQL's text holds neither, and a subject that is changed on the way is another one.
    if (sub.includes("\0") || !sub.isWellFormed()) throw new Error("the subject is no text that can be kept");
    return verified;
  };
}

/**
 * The claims of a remembered token, unless time has told against it. Its key is looked up like that of a new one, so that it counts, is fetched
 * again and ends as if the token were new; keys that were fetched since are others, and verify it anew.
 */
async function stillGood({ token, key }: VerifiedToken, keys: JWTVerifyGetKey): Promise<JsonObject | undefined> {
  const [encoded = "", payload = "", signature = ""] = token.split(".");
  const header = decodeProtectedHeader(token) as CompactJWSHeaderParameters;
  if ((await keys(header, { protected: encoded, payload, signature })) !== key) return undefined;
  const claims = decodeJwt(token);
  const { exp = Number.NaN, nbf = Number.NEGATIVE_INFINITY } = claims;
  // In whole seconds, as jose reads the clock.
  const now = Math.floor(Date.now() / 1000);
  return exp > now - clockTolerance && nbf <= now + clockTolerance ? (claims as JsonObject) : undefined;
}

/** The verifier of a workspace's callers. */
export function workspaceTokens({ auth }: Workspace): VerifyToken {
  return tokenVerifier(auth, remoteKeys(auth.issuer, auth.jwks), verifiedTokens());
}

/** Who the claims say is calling; roles that the workspace does not declare count for nothing. */
export function callerOf(claims: JsonObject, { auth, roles }: Workspace): Caller {
  const named = rolesOf(claims, auth);
  return {
    subject: textOf(claims["sub"]),
    roles: roles.filter((role) => named.includes(role)),
    email: textOf(claims["email"]),
    claims,
  };
}

/** All that the role claim names, declared or not. */
export function rolesOf(claims: JsonObject, { roleClaim }: Pick<Workspace["auth"], "roleClaim">): readonly JsonValue[] {
  const given = claimAt(claims, roleClaim);
  return typeof given === "string" ? given.split(" ") : Array.isArray(given) ? (given as JsonValue[]) : [];
}

/** The claim of that very name, else the one that dots lead to. */
function claimAt(claims: JsonObject, path: string): JsonValue {
  if (Object.hasOwn(claims, path)) return claims[path] ?? null;
  let at: JsonValue = claims;
  for (const part of path.split(".")) {
    at = isJsonObject(at) && Object.hasOwn(at, part) ? (at[part] ?? null) : null;
  }
  return at;
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === "string" ? value : null;
}

function missing(): ExecutionError {
  return new ExecutionError("token-missing", { headers: { "WWW-Authenticate": "Bearer" } });
}

/** Which rule a token breaks may be told (RFC 6750, section 3.1); nothing that the token says is repeated. */
function invalid(cause: unknown): ExecutionError {
  const headers = { "WWW-Authenticate": 'Bearer error="invalid_token"' };
  return new ExecutionError("token-invalid", { cause, headers, detail: reason(cause) });
}

function reason(error: unknown): string {
  if (error instanceof errors.JWTExpired) return "the token has expired";
  if (error instanceof errors.JWTClaimValidationFailed) return `the claim ${error.claim} is not as it must be`;
  if (error instanceof errors.JOSEAlgNotAllowed) return "the token's algorithm is not allowed";
  if (error instanceof errors.JWKSNoMatchingKey) return "no key of the issuer fits the token";
  return "the token is malformed or its signature does not match";
}
