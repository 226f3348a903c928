import type { Answer } from "../admission/call.ts";
import { asExecutionError } from "../errors/as-execution-error.ts";
import type { ExecutionError } from "../errors/execution-error.ts";
import { compensate, settleUnknown } from "../external/compensate.ts";
import { identify } from "../steps/authorize.ts";
import type { Execution } from "./execution.ts";
import type { FlowRun } from "./flow-run.ts";

/** How an execution ended, before it is recorded and answered. */
export type Outcome =
  | { readonly type: "done"; readonly run: FlowRun }
  /** An earlier call with the same key or delivery was answered so. */
  | { readonly type: "replayed"; readonly answer: Answer; readonly executionId: string }
  | { readonly type: "failed"; readonly error: ExecutionError };

/** Runs the steps that may refuse or fail. Effects that stand are undone, in reverse order. */
export async function outcomeOf(execution: Execution, steps: () => Promise<Outcome>): Promise<Outcome> {
  try {
    const outcome = await steps();
    if (outcome.type === "done") await settleUnknown(outcome.run);
    return outcome;
  } catch (thrown) {
    const error = asExecutionError(thrown, execution.service.constraints);
    if (error.status >= 500) execution.log.error({ error: thrown, code: error.code }, "the execution failed");
    // What a change rests on is not undone while nobody knows whether it is committed.
    if (execution.run !== undefined && error.code !== "outcome-unknown") await compensate(execution.run);
    await nameCaller(execution);
    return { type: "failed", error };
  }
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
