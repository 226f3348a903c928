import { setTimeout } from "node:timers/promises";
import { asExecutionError } from "../errors/as-execution-error.ts";
import { isRetryable } from "../errors/database-error.ts";
import { Abandoned } from "../journal/abandoned.ts";
import { recordedError, thrownError } from "../journal/step-outcome.ts";
import { applyChanges, asAbandoned, changesSince } from "../journal/write-journal.ts";
import { rollBack } from "../steps/commit.ts";
import type { CompiledSegment } from "./compiled-node.ts";
import { type FlowRun, snapshot } from "./flow-run.ts";

/** Attempts of one segment's transaction, the first included. */
const maximumAttempts = 6;

/**
 * Takes each segment through steps 4 to 7. A failure rolls the open transaction back; serialization failures and deadlocks,
 * which did nothing, run again from the segment's beginning, bounded.
 */
export async function inSegments(run: FlowRun, segments: readonly CompiledSegment[], steps: RunSteps): Promise<void> {
  run.runSegments = (inner) => inSegments(run, inner, steps);
  for (const segment of segments) await journalled(run, segment, steps);
}

type RunSteps = (segment: CompiledSegment) => Promise<void>;

/** A segment with a transaction is taken once: an execution that is taken up again goes on from what it left. */
async function journalled(run: FlowRun, segment: CompiledSegment, steps: RunSteps): Promise<void> {
  const { journal } = run;
  const isStep = segment.type === "transaction" || segment.type === "read";
  if (journal === undefined || !isStep) return withRetries(run, segment, steps);
  const path = run.path + segment.nodes.map(({ id }) => id).join(" ");
  const known = journal.recall(path);
  if (known?.type === "segment") {
    applyChanges(run, known.changes);
    return;
  }
  if (known?.type === "failed") throw thrownError(known.error);
  const before = { results: { ...run.results }, failed: new Set(run.failed), seen: new Map(run.seen) };
  run.segment = { path, before };
  try {
    await withRetries(run, segment, steps);
  } catch (thrown) {
    const error = asAbandoned(run, thrown);
    if (!(error instanceof Abandoned)) {
      const problem = asExecutionError(error, run.execution.service.constraints);
      journal.note(path, { type: "failed", error: recordedError(problem) });
    }
    throw error;
  }
  if (segment.type === "read") journal.note(path, { type: "segment", changes: changesSince(before, run, false) });
}

async function withRetries(run: FlowRun, segment: CompiledSegment, steps: RunSteps): Promise<void> {
  const restore = snapshot(run);
  let contention: unknown;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await steps(segment);
      return;
    } catch (thrown) {
      // Where contention has used up the time, it is what the caller can do something about.
      const { code } = asExecutionError(thrown, run.execution.service.constraints);
      const error = contention !== undefined && code === "execution-timeout" ? contention : thrown;
      const isTransactional = run.transaction !== undefined;
      await rollBack(run);
      run.execution.answer = undefined;
      // What was rolled back has left nothing, in the run neither: a node around may go on from the failure.
      if (isTransactional) restore();
      if (!isTransactional || !isRetryable(error) || attempt === maximumAttempts) throw error;
      // Spread, so that those who collided do not collide again.
      await setTimeout(Math.random() * 10 * 2 ** attempt);
      if (run.budget.remainingTime === 0) throw error;
      contention = error;
    }
  }
}
