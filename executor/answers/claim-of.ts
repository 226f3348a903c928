import { createHash } from "node:crypto";
import type { JsonValue } from "@lintel/specs";
import { ExecutionError } from "../errors/execution-error.ts";
import type { Claim, FlowRun } from "../flow/flow-run.ts";

/**
 * What a call claims, so that it runs once: undefined where it may run as often as it comes.
 * @throws ExecutionError idempotency-key-required, -invalid, -unscoped
 */
export function claimOf(run: FlowRun): Claim | undefined {
  const { call, tool } = run.execution;
  const { deliveryIds } = call;
  if (deliveryIds.length > 0) return { table: "webhook_deliveries", scopes: deliveryIds.map((id) => [id]) };
  const { idempotency } = tool.tool;
  const key = call.idempotencyKey;
  if (call.trigger !== "http" || idempotency === "none") return undefined;
  if (key === undefined) {
    if (idempotency === "required") throw new ExecutionError("idempotency-key-required");
    return undefined;
  }
  if (!/^[\x21-\x7e]{1,255}$/u.test(key)) throw new ExecutionError("idempotency-key-invalid");
  return { table: "idempotency_keys", scopes: [[keyOwner(run), key]] };
}

/** Whose key it is, as a digest: an issuer's text may be of any length. One subject in two tenants is two owners. */
function keyOwner({ caller, execution }: FlowRun): string {
  const { tool, tenantClaim } = execution.tool;
  if (tool.authorize.type === "public") return "public";
  if (caller.subject === null || caller.subject === "") throw new ExecutionError("idempotency-key-unscoped");
  const tenant = tenantClaim === undefined ? null : (caller.claims[tenantClaim] ?? null);
  const owner: JsonValue = [caller.claims["iss"] ?? null, caller.subject, tenant];
  return createHash("sha256").update(JSON.stringify(owner)).digest("hex");
}
