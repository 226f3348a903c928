import { setTimeout } from "node:timers/promises";
import { isRetryable } from "../errors/database-error.ts";
import { rollBack } from "../steps/commit.ts";
import type { CompiledSegment } from "./compiled-node.ts";
import { type FlowRun, snapshot } from "./flow-run.ts";

/** Attempts of one segment's transaction, the first included. */
const maximumAttempts = 6;

/**
 * Takes each segment through steps 4 to 7. A failure rolls the open transaction back; serialization failures and deadlocks,
 * which did nothing, run again from the segment's beginning, bounded.
 */
export async function inSegments(
  run: FlowRun,
  segments: readonly CompiledSegment[],
  steps: (segment: CompiledSegment) => Promise<void>,
): Promise<void> {
  run.runSegments = (inner) => inSegments(run, inner, steps);
  for (const segment of segments) await withRetries(run, segment, steps);
}

async function withRetries(
  run: FlowRun,
  segment: CompiledSegment,
  steps: (segment: CompiledSegment) => Promise<void>,
): Promise<void> {
  const restore = snapshot(run);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await steps(segment);
      return;
    } catch (error) {
      const isTransactional = run.transaction !== undefined;
      await rollBack(run);
      run.execution.answer = undefined;
      // What was rolled back has left nothing, in the run neither: a node around may go on from the failure.
      if (isTransactional) restore();
      if (!isTransactional || !isRetryable(error) || attempt === maximumAttempts) throw error;
      // Spread, so that those who collided do not collide again.
      await setTimeout(Math.random() * 10 * 2 ** attempt);
      run.budget.checkTime();
    }
  }
}
