import type { Digest, JsonValue } from "@lintel/specs";
import type { BoundStatement } from "../statement.ts";
import { jsonText, systemStatement } from "./system-statement.ts";

/** Which external call of an execution; `iteration` counts inside loops, from 0. */
export interface EffectKey {
  readonly executionId: string;
  readonly node: string;
  readonly iteration: number;
}

export interface EffectStart extends EffectKey {
  readonly tool: string;
  readonly bundleDigest: Digest;
  /** Sent to the provider, so that a repeated call has no second effect. */
  readonly idempotencyKey: string;
}

export interface EffectEnd extends EffectKey {
  /** `unknown`: the provider may or may not have done it. */
  readonly state: "succeeded" | "failed" | "unknown" | "compensated";
  readonly attempts: number;
  readonly result?: JsonValue;
  readonly errorCode?: string;
}

const start = systemStatement(
  `insert into "lintel"."effects" ("execution_id", "node", "iteration", "tool", "bundle_digest", "idempotency_key", "state") ` +
    `values ($1::uuid, $2, $3::integer, $4, $5, $6, 'started')`,
);

const end = systemStatement(
  `update "lintel"."effects" set "state" = $4, "attempts" = $5::integer, "result" = $6::jsonb, "error_code" = $7, ` +
    `"finished_at" = clock_timestamp() where "execution_id" = $1::uuid and "node" = $2 and "iteration" = $3::integer`,
);

/** Notes that a call is about to go out; commit before it does. */
export function startEffect(effect: EffectStart): BoundStatement {
  const { executionId, node, iteration, tool, bundleDigest, idempotencyKey } = effect;
  return start([executionId, node, String(iteration), tool, bundleDigest, idempotencyKey]);
}

/** Notes how the call ended; in the transaction of what depends on it. */
export function endEffect(effect: EffectEnd): BoundStatement {
  const { executionId, node, iteration, state, attempts, result, errorCode } = effect;
  const body = result === undefined ? null : jsonText(result);
  return end([executionId, node, String(iteration), state, String(attempts), body, errorCode ?? null]);
}
