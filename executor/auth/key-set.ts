import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from "jose";
import { ExecutionError } from "../errors/execution-error.ts";

/** Milliseconds between two fetches of the keys, so that unknown key ids cannot hammer the issuer. */
const cooldown = 30_000;
const timeout = 5000;

/** The issuer's current keys: from a JWKS URL, else from what its OpenID configuration names (OpenID Connect Discovery 1.0). */
export function remoteKeys(issuer: string, jwksUrl: string | undefined): JWTVerifyGetKey {
  let keys: Promise<JWTVerifyGetKey> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  const find = (): Promise<JWTVerifyGetKey> => {
    if (keys !== undefined) return keys;
    if (Date.now() - failedAt < 1000) throw unavailable();
    keys = openKeys(issuer, jwksUrl).catch((error: unknown) => {
      keys = undefined;
      failedAt = Date.now();
      throw unavailable(error);
    });
    return keys;
  };
  return async (header, token) => {
    const get = await find();
    try {
      return await get(header, token);
    } catch (error) {
      if (isAboutTheToken(error)) throw error;
      throw unavailable(error);
    }
  };
}

async function openKeys(issuer: string, jwksUrl: string | undefined): Promise<JWTVerifyGetKey> {
  const url = new URL(jwksUrl ?? (await discover(issuer)));
  return createRemoteJWKSet(url, { cooldownDuration: cooldown, timeoutDuration: timeout });
}

async function discover(issuer: string): Promise<string> {
  const url = `${issuer.replace(/\/$/u, "")}/.well-known/openid-configuration`;
  const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(timeout) });
  const body = (await response.json()) as { readonly issuer?: unknown; readonly jwks_uri?: unknown };
  if (body.issuer !== issuer || typeof body.jwks_uri !== "string") {
    throw new Error("the OpenID configuration is not this issuer's, or names no keys");
  }
  return body.jwks_uri;
}

/** No key fits, or several do: the token's fault. Everything else is the issuer's. */
function isAboutTheToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}

function unavailable(cause?: unknown): ExecutionError {
  return new ExecutionError("keys-unavailable", { cause, headers: { "Retry-After": "5" } });
}
