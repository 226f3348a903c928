import type { FlowRun } from "../flow/flow-run.ts";
import { writeJournal } from "../journal/write-journal.ts";
import type { EffectRecord } from "./effect-record.ts";
import { noteEffect, undoFailed } from "./effects.ts";

/**
 * Undoes the effects of a flow that failed, or of a round of a `retry` that did (those from `since` on), last one first. Only what
 * is known to have happened is undone, so an unknown outcome is looked up first; where nobody can say it stays `unknown`, and an
 * effect that cannot be undone becomes so, for a person to look at. Why it is undone is written down before it is.
 * @throws Abandoned
 */
export async function compensate(run: FlowRun, since = 0): Promise<void> {
  await undoAll(run, run.effects.slice(since));
}

/** After a flow that went on without the answer of a call: what it took for a failure and had happened is undone. @throws Abandoned */
export async function settleUnknown(run: FlowRun): Promise<void> {
  await undoAll(run, run.effects.filter(isUnanswered));
}

async function undoAll(run: FlowRun, effects: readonly EffectRecord[]): Promise<void> {
  const { journal } = run;
  const open = effects.filter((effect) => isUnanswered(effect) || isUndoable(effect));
  if (open.length === 0 || journal === undefined || journal.direction === "replay") return;
  await writeJournal(run, journal);
  for (const effect of open.toReversed()) {
    await resolve(run, effect);
    await undo(run, effect);
    await writeJournal(run, journal);
  }
}

function isUnanswered({ state, errorCode, resolve: lookUp }: EffectRecord): boolean {
  return state === "unknown" && errorCode !== undoFailed && lookUp !== undefined;
}

function isUndoable({ state, compensate: undoEffect }: EffectRecord): boolean {
  return state === "succeeded" && undoEffect !== undefined;
}

async function resolve(run: FlowRun, effect: EffectRecord): Promise<void> {
  if (!isUnanswered(effect) || effect.resolve === undefined) return;
  try {
    const found = await effect.resolve();
    run.execution.log.warn({ node: effect.node, state: found.state }, "an unknown outcome was looked up");
    if (found.state === "failed") noteEffect(effect, "failed", found.errorCode);
    else noteEffect(effect, "succeeded", null, withResult(effect, found.result));
  } catch (error) {
    run.execution.log.error({ node: effect.node, error }, "what became of an external effect cannot be found out");
  }
}

function withResult({ node, seen }: EffectRecord, result: FlowRun["results"][string]): EffectRecord["seen"] {
  const id = node.slice(node.lastIndexOf("/") + 1);
  return { ...seen, results: { ...seen.results, [id]: result } };
}

async function undo(run: FlowRun, effect: EffectRecord): Promise<void> {
  if (!isUndoable(effect) || effect.compensate === undefined) return;
  try {
    // The provider may have forgotten an earlier attempt to undo it, whose key this one would have.
    if (!effect.isKeyAlive) throw new Error("the effect is too old to be undone without a person");
    await effect.compensate({ ...run, ...effect.seen }, effect);
    noteEffect(effect, "compensated", null);
  } catch (error) {
    run.execution.log.error({ node: effect.node, error }, "an external effect could not be undone");
    noteEffect(effect, "unknown", undoFailed);
  }
}
