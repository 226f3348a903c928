import type { FlowRun } from "../flow/flow-run.ts";
import { noteEffect } from "./journal.ts";

/**
 * Undoes the effects of a flow that failed, or of a round of a `retry` that did (those from `since` on), last one first. Only what is known to have happened is undone: an unknown outcome
 * stays `unknown`, and an effect that cannot be undone becomes so, for a person to look at.
 */
export async function compensate(run: FlowRun, since = 0): Promise<void> {
  for (const effect of run.effects.slice(since).toReversed()) {
    if (effect.state !== "succeeded" || effect.compensate === undefined) continue;
    try {
      await effect.compensate({ ...run, ...effect.seen }, effect);
      noteEffect(effect, "compensated", effect.result, null);
    } catch (error) {
      run.execution.log.error({ node: effect.node, error }, "an external effect could not be undone");
      noteEffect(effect, "unknown", effect.result, "compensation-failed");
    }
  }
}
