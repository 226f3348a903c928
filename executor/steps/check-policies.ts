import { type JsonObject, newFuel } from "@lintel/specs";
import { rateKeyOf } from "../admission/rate-key.ts";
import type { Caller } from "../auth/caller.ts";
import { ExecutionError } from "../errors/execution-error.ts";
import type { Execution } from "../flow/execution.ts";
import { beginFlow, contextOf, type FlowRun } from "../flow/flow-run.ts";

/**
 * Step 3: the caller calls no more often than the workspace lets, and no deny rule of a policy holds; the flow that may now run carries its budget, which is enforced while it runs.
 * @throws ExecutionError too-many-calls, policy-denied; EvaluationError of a rule
 */
export function checkPolicies(execution: Execution, input: JsonObject, caller: Caller): FlowRun {
  if (execution.call.trigger === "http") execution.service.callRate?.take(rateKeyOf(execution, caller));
  const run = beginFlow(execution, input, caller);
  execution.run = run;
  const context = contextOf(run);
  for (const { name, message, isDenied } of execution.tool.denyRules) {
    if (isDenied(context, newFuel()) === true)
      throw new ExecutionError("policy-denied", { detail: `${name}: ${message}` });
  }
  run.budget.checkTime();
  return run;
}
