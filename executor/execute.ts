// The nine steps (ARCHITECTURE.md, "Data flow of one call"), for every execution, whatever its trigger.
import type { Answer, Call } from "./admission/call.ts";
import { answerOnce } from "./answers/answer-once.ts";
import type { CompiledTool } from "./boot/compile-tool.ts";
import { beginExecution } from "./flow/execution.ts";
import type { FlowRun } from "./flow/flow-run.ts";
import { inSegments } from "./flow/in-segments.ts";
import { outcomeOf } from "./flow/outcome.ts";
import { settle } from "./recovery/settle.ts";
import type { Service } from "./service.ts";

/** Runs a tool once. Never rejects: what goes wrong is a problem document, and has its audit record. */
export async function execute(service: Service, tool: CompiledTool, call: Call): Promise<Answer> {
  const { steps } = service;
  const execution = beginExecution(service, tool, call);
  const outcome = await outcomeOf(execution, async () => {
    const input = steps.validateInput(execution); // 1
    const caller = await steps.authorize(execution); // 2
    const run = steps.checkPolicies(execution, input, caller); // 3
    return answerOnce(run, () => runFlow(run)); // 4 to 7
  });
  await steps.audit(execution, outcome); // 8
  return steps.respond(execution, outcome); // 9
}

/** Goes on with an execution that was begun and not ended; steps 1 to 3 have passed. Answers as the first attempt would have. @throws EndOfTrace */
export async function resume(run: FlowRun): Promise<Answer> {
  const { execution } = run;
  const { steps } = execution.service;
  const outcome = await outcomeOf(execution, async () => {
    await runFlow(run); // 4 to 7
    run.journal?.checkEnd();
    return { type: "done", run };
  });
  if (run.journal?.isAnswered === true) await settle(run);
  else await steps.audit(execution, outcome); // 8
  return steps.respond(execution, outcome); // 9
}

/** Takes the way that an execution took, step by step as it is recorded, to its answer. @throws EndOfTrace where a step is missing */
export async function replay(run: FlowRun): Promise<Answer> {
  const { execution } = run;
  const outcome = await outcomeOf(execution, async () => {
    await runFlow(run); // 4 to 7
    return { type: "done", run };
  });
  return execution.service.steps.respond(execution, outcome); // 9
}

/** Steps 4 to 7, for each segment of the flow. */
function runFlow(run: FlowRun): Promise<void> {
  const { steps } = run.execution.service;
  return inSegments(run, run.execution.tool.flow.segments, async (segment) => {
    const transaction = await steps.startTransaction(run, segment); // 4
    await steps.executeFlow(run, segment); // 5
    await steps.enforceInvariants(run, transaction); // 6
    await steps.commit(run, transaction); // 7
  });
}
