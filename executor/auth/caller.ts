import type { JsonObject, JsonValue } from "@lintel/specs";

/** Who calls, as verified; `claims` are the token's. */
export interface Caller {
  readonly subject: string | null;
  /** Of those that the workspace declares. */
  readonly roles: readonly string[];
  readonly email: string | null;
  readonly claims: JsonObject;
}

/** Where nobody signs in: public tools, webhooks, schedules. */
export const nobody: Caller = { subject: null, roles: [], email: null, claims: {} };

/** The caller as expressions read it. */
export function callerValue(caller: Caller, tenantClaim: string | undefined): JsonObject {
  const tenant: JsonValue = tenantClaim === undefined ? null : (caller.claims[tenantClaim] ?? null);
  return {
    subject: caller.subject,
    roles: caller.roles,
    email: caller.email,
    tenant: typeof tenant === "string" ? tenant : null,
    claims: caller.claims,
  };
}
