// Decision: an external effect is known to the database before it begins, so that a crash leaves a row that says `started`
// (docs/decisions/0022-a-crash-is-a-pause.md).
import { createHash } from "node:crypto";
import type { JsonValue } from "@lintel/specs";
import { holdClaim } from "../answers/settle.ts";
import type { Execution } from "../flow/execution.ts";
import type { FlowRun } from "../flow/flow-run.ts";
import type { KnownEffect } from "../journal/journal.ts";
import { writeJournal } from "../journal/write-journal.ts";
import type { EffectPlan, EffectRecord } from "./effect-record.ts";
import { seenBy, undoFailed } from "./effects.ts";

/** Milliseconds for which providers know a key at least: Stripe's 24 hours (docs.stripe.com/api/idempotent_requests), less one. */
const keyLifetime = 23 * 60 * 60 * 1000;

/** The key under which a provider sees the effect once, however often the call is repeated. */
export function effectKey(execution: Execution, node: string): string {
  return createHash("sha256").update(`${execution.id}/${node}`).digest("hex").slice(0, 48);
}

/**
 * Journals an effect before it begins, with all that has come to pass so far, and holds the claim on the call's key; committed when
 * this returns.
 * @throws ExecutionError idempotency-key-in-use when another call holds the claim by now; Abandoned
 */
export async function beginEffect(run: FlowRun, nodeId: string, plan: EffectPlan): Promise<EffectRecord> {
  const node = run.path + nodeId;
  const { execution, journal } = run;
  if (journal === undefined) throw new Error(`node ${node} has side effects in a flow without a journal`);
  const values = [
    execution.id,
    node,
    execution.tool.tool.name,
    execution.service.bundle.digest,
    effectKey(execution, node),
  ];
  await writeJournal(run, journal, () => [...holdClaim(run), { ...insert, values }]);
  const effect: EffectRecord = {
    ...plan,
    mayRepeat: plan.mayRepeat === true,
    node,
    state: "started",
    attempts: 0,
    errorCode: null,
    isPending: false,
    isKeyAlive: true,
    startedAt: Date.now(),
    seen: { results: { ...run.results }, item: run.item },
  };
  run.effects.push(effect);
  return effect;
}

const insert = {
  name: "lintel_effect",
  text:
    `INSERT INTO "lintel"."effects" ("execution_id", "node", "tool", "bundle_digest", "idempotency_key", "state") ` +
    `VALUES ($1, $2, $3, $4, $5, 'started')`,
};

/** An effect of an earlier attempt, as far as it had come. @param result what it was answered; null where that is not known */
export function takeUpEffect(
  run: FlowRun,
  nodeId: string,
  plan: EffectPlan,
  { state, attempts, errorCode, startedAt }: KnownEffect,
  result: JsonValue,
): EffectRecord {
  const isKeyAlive = Date.now() - startedAt < keyLifetime;
  const effect: EffectRecord = {
    ...plan,
    mayRepeat: plan.mayRepeat === true,
    resolve: isKeyAlive ? plan.resolve : undefined,
    node: run.path + nodeId,
    ...lastKnown(state, errorCode, result),
    attempts,
    isPending: false,
    isKeyAlive,
    startedAt,
    seen: seenBy(run, nodeId, result),
  };
  run.effects.push(effect);
  return effect;
}

/** What was found out or begun after the flow had failed is done again: it has the same keys. */
function lastKnown(
  state: EffectRecord["state"],
  errorCode: string | null,
  result: JsonValue,
): Pick<EffectRecord, "state" | "errorCode"> {
  const isHalfUndone = state === "unknown" && errorCode === undoFailed;
  if (isHalfUndone && result !== null) return { state: "succeeded", errorCode: null };
  if (isHalfUndone || (state === "succeeded" && result === null)) return { state: "unknown", errorCode: null };
  return { state, errorCode };
}
