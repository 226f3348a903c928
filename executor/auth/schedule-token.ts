import { ExecutionError } from "../errors/execution-error.ts";
import type { ScheduleSettings } from "../settings.ts";
import { remoteKeys } from "./key-set.ts";
import { tokenVerifier, type VerifyToken } from "./verify-token.ts";

/** Google's keys, which its OpenID configuration names as well (accounts.google.com/.well-known/openid-configuration). */
const googleAlgorithms = ["RS256", "ES256"];

/**
 * Verifies the OIDC token of Cloud Scheduler: Google's issuer, this service's audience, and the one service account that may
 * call schedules (cloud.google.com/scheduler/docs/http-target-auth).
 */
export function scheduleTokens({ issuer, audience, email }: ScheduleSettings): VerifyToken {
  if (audience === undefined || email === undefined)
    return () => Promise.reject(refused("schedules are not set up here"));
  const verify = tokenVerifier({ issuer, audience, algorithms: googleAlgorithms }, remoteKeys(issuer, undefined));
  return async (authorization) => {
    const claims = await verify(authorization);
    if (claims["email"] !== email || claims["email_verified"] !== true)
      throw refused("another account may not call schedules");
    return claims;
  };
}

function refused(detail: string): ExecutionError {
  return new ExecutionError("token-invalid", { detail, headers: { "WWW-Authenticate": "Bearer" } });
}
