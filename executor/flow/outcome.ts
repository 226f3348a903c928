import type { Answer } from "../admission/call.ts";
import { asExecutionError } from "../errors/as-execution-error.ts";
import { ExecutionError } from "../errors/execution-error.ts";
import { compensate, settleUnknown } from "../external/compensate.ts";
import { Abandoned, EndOfTrace } from "../journal/abandoned.ts";
import { leave, wasNeverBegun } from "../journal/leave.ts";
import { thrownError } from "../journal/step-outcome.ts";
import { writeFailure } from "../journal/write-journal.ts";
import { identify } from "../steps/authorize.ts";
import type { Execution } from "./execution.ts";
import type { FlowRun } from "./flow-run.ts";

/** How an execution ended, before it is recorded and answered. */
export type Outcome =
  | { readonly type: "done"; readonly run: FlowRun }
  /** An earlier call with the same key or delivery was answered so. */
  | { readonly type: "replayed"; readonly answer: Answer; readonly executionId: string }
  | { readonly type: "failed"; readonly error: ExecutionError };

/**
 * Runs the steps that may refuse or fail. Effects that stand are undone, in reverse order. An execution that this instance cannot end
 * is left as it is, to be taken up again.
 * @throws EndOfTrace where an execution that is taken up again does not come to where it was
 */
export async function outcomeOf(execution: Execution, steps: () => Promise<Outcome>): Promise<Outcome> {
  try {
    const outcome = await steps();
    if (outcome.type === "done") await settleUnknown(outcome.run);
    return outcome;
  } catch (thrown) {
    try {
      return await failed(execution, thrown);
    } catch (again) {
      if (again instanceof EndOfTrace) throw again;
      return abandoned(execution, again);
    }
  }
}

/** @throws Abandoned */
async function failed(execution: Execution, thrown: unknown): Promise<Outcome> {
  const { run } = execution;
  const cause = await causeOf(run, thrown);
  const error = problemOf(execution, cause);
  if (error.status >= 500) execution.log.error({ error: cause, code: error.code }, "the execution failed");
  // What a change rests on is not undone while nobody knows whether it is committed.
  if (run !== undefined && error.code !== "outcome-unknown") await undo(run, error);
  await nameCaller(execution);
  return { type: "failed", error };
}

/** What made a flow stop; where the execution turns out not to have begun, an ordinary failure. @throws Abandoned */
async function causeOf(run: FlowRun | undefined, thrown: unknown): Promise<unknown> {
  if (!(thrown instanceof Abandoned)) return thrown;
  if (run === undefined || !(await wasNeverBegun(run))) throw thrown;
  return thrown.cause;
}

function problemOf({ run, service }: Execution, cause: unknown): ExecutionError {
  const failure = run?.journal?.failure;
  if (cause instanceof EndOfTrace) {
    if (failure === undefined) throw cause;
    return thrownError(failure);
  }
  return asExecutionError(cause, service.constraints);
}

/** Why it is undone is written down before anything is undone: whoever takes the execution up goes no step further. @throws Abandoned */
async function undo(run: FlowRun, error: ExecutionError): Promise<void> {
  const { journal } = run;
  if (journal?.isStored === true && journal.direction !== "replay") await writeFailure(run, journal, error);
  await compensate(run);
}

async function abandoned(execution: Execution, thrown: unknown): Promise<Outcome> {
  execution.log.error({ error: thrown }, "the execution is left to be taken up again");
  await leave(execution);
  const error = new ExecutionError("outcome-unknown", { cause: thrown, headers: { "Retry-After": "5" } });
  return { type: "failed", error };
}

/** A refusal before step 2 still tells the audit log who called, where the token says so. */
async function nameCaller(execution: Execution): Promise<void> {
  const { isAuthenticated, tool, call } = execution;
  if (isAuthenticated || tool.tool.authorize.type !== "roles" || call.authorization === undefined) return;
  if (execution.run !== undefined) return;
  try {
    await identify(execution);
  } catch {
    // Then the caller stays unknown.
  }
}
