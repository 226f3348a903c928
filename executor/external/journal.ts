// Decision: an external effect is known to the database before it begins, so that a crash leaves a row that says `started`.
import { createHash } from "node:crypto";
import type { JsonValue } from "@lintel/specs";
import type { QueryConfig } from "pg";
import { asLostClaim, holdClaim } from "../answers/settle.ts";
import { inOwnTransaction } from "../connection/own-transaction.ts";
import type { Execution } from "../flow/execution.ts";
import type { FlowRun } from "../flow/flow-run.ts";
import type { EffectRecord } from "./effect-record.ts";

/** The key under which a provider sees the effect once, however often the call is repeated. */
export function effectKey(execution: Execution, node: string): string {
  return createHash("sha256").update(`${execution.id}/${node}`).digest("hex").slice(0, 48);
}

/**
 * Journals an effect before it begins, and holds the claim on the call's key; committed when this returns.
 * @throws ExecutionError idempotency-key-in-use when another call holds the claim by now
 */
export async function beginEffect(
  run: FlowRun,
  nodeId: string,
  { compensate, resolve, mayRepeat = false }: Partial<Pick<EffectRecord, "compensate" | "resolve" | "mayRepeat">>,
): Promise<EffectRecord> {
  const node = run.path + nodeId;
  const { execution } = run;
  const statements = [
    ...holdClaim(run),
    {
      name: "lintel_effect",
      text:
        `INSERT INTO "lintel"."effects" ("execution_id", "node", "tool", "bundle_digest", "idempotency_key", "state") ` +
        `VALUES ($1, $2, $3, $4, $5, 'started')`,
      values: [
        execution.id,
        node,
        execution.tool.tool.name,
        execution.service.bundle.digest,
        effectKey(execution, node),
      ],
    },
  ];
  await inOwnTransaction(execution.service.pool, statements).catch((error: unknown) => {
    throw asLostClaim(error);
  });
  const effect: EffectRecord = {
    node,
    state: "started",
    attempts: 0,
    result: null,
    errorCode: null,
    isPending: true,
    seen: { results: { ...run.results }, item: run.item },
    compensate,
    resolve,
    mayRepeat,
  };
  run.effects.push(effect);
  return effect;
}

/** The flow with the node's own result, as the node's compensation reads it. */
export function seenBy(run: FlowRun, nodeId: string, result: JsonValue): EffectRecord["seen"] {
  return { results: { ...run.results, [nodeId]: result }, item: run.item };
}

/** Notes what became of an effect; written with the next change, else with the execution's record. */
export function noteEffect(
  effect: EffectRecord,
  state: EffectRecord["state"],
  result: JsonValue,
  errorCode: string | null,
  seen: EffectRecord["seen"] = effect.seen,
): void {
  effect.seen = seen;
  effect.state = state;
  effect.result = result;
  effect.errorCode = errorCode;
  effect.isPending = true;
}

/** The updates of effects whose outcome is not written yet. */
export function pendingEffectUpdates(run: FlowRun): readonly QueryConfig[] {
  return run.effects
    .filter(({ isPending, state }) => isPending && state !== "started")
    .map(({ node, state, attempts, result, errorCode }) => ({
      name: "lintel_effect_outcome",
      text:
        `UPDATE "lintel"."effects" SET "state" = $3, "attempts" = $4, "result" = $5, "error_code" = $6, ` +
        `"finished_at" = clock_timestamp() WHERE "execution_id" = $1 AND "node" = $2 AND "iteration" = 0`,
      values: [run.execution.id, node, state, attempts, storable(result), errorCode],
    }));
}

/** jsonb holds no NUL, and an answer may be anything. */
function storable(result: JsonValue): string {
  return JSON.stringify(result).replaceAll("\\u0000", "\\ufffd");
}
