import type { FlowRun } from "../flow/flow-run.ts";
import type { EffectRecord } from "./effect-record.ts";
import { noteEffect } from "./journal.ts";

/**
 * Undoes the effects of a flow that failed, or of a round of a `retry` that did (those from `since` on), last one first. Only what
 * is known to have happened is undone, so an unknown outcome is looked up first; where nobody can say it stays `unknown`, and an
 * effect that cannot be undone becomes so, for a person to look at.
 */
export async function compensate(run: FlowRun, since = 0): Promise<void> {
  for (const effect of run.effects.slice(since).toReversed()) {
    await resolve(run, effect);
    await undo(run, effect);
  }
}

/** After a flow that went on without the answer of a call: what it took for a failure and had happened is undone. */
export async function settleUnknown(run: FlowRun): Promise<void> {
  for (const effect of run.effects.filter(isUnanswered).toReversed()) {
    await resolve(run, effect);
    await undo(run, effect);
  }
}

function isUnanswered({ state, errorCode, resolve: lookUp }: EffectRecord): boolean {
  return state === "unknown" && errorCode !== undoFailed && lookUp !== undefined;
}

const undoFailed = "compensation-failed";

async function resolve(run: FlowRun, effect: EffectRecord): Promise<void> {
  if (!isUnanswered(effect) || effect.resolve === undefined) return;
  try {
    const found = await effect.resolve();
    run.execution.log.warn({ node: effect.node, state: found.state }, "an unknown outcome was looked up");
    if (found.state === "failed") noteEffect(effect, "failed", null, found.errorCode);
    else noteEffect(effect, "succeeded", found.result, null, withResult(effect, found.result));
  } catch (error) {
    run.execution.log.error({ node: effect.node, error }, "what became of an external effect cannot be found out");
  }
}

function withResult({ node, seen }: EffectRecord, result: EffectRecord["result"]): EffectRecord["seen"] {
  const id = node.slice(node.lastIndexOf("/") + 1);
  return { ...seen, results: { ...seen.results, [id]: result } };
}

async function undo(run: FlowRun, effect: EffectRecord): Promise<void> {
  if (effect.state !== "succeeded" || effect.compensate === undefined) return;
  try {
    await effect.compensate({ ...run, ...effect.seen }, effect);
    noteEffect(effect, "compensated", effect.result, null);
  } catch (error) {
    run.execution.log.error({ node: effect.node, error }, "an external effect could not be undone");
    noteEffect(effect, "unknown", effect.result, undoFailed);
  }
}
