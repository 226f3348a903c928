import { createHash } from "node:crypto";
import type { Caller } from "../auth/caller.ts";
import type { Execution } from "../flow/execution.ts";

/** Characters of a key that is kept as it is. */
const longest = 200;

/** Whose calls are counted together: one subject of one issuer and tenant; where nobody signs in, one client's address. */
export function rateKeyOf({ tool, call }: Execution, { subject, claims }: Caller): string {
  if (subject === null || subject === "") return `at ${call.client ?? "unknown"}`;
  const tenant = tool.tenantClaim === undefined ? null : (claims[tool.tenantClaim] ?? null);
  const key = JSON.stringify([claims["iss"] ?? null, subject, tenant]);
  return key.length > longest ? createHash("sha256").update(key).digest("hex") : key;
}
