// The nine steps (ARCHITECTURE.md, "Data flow of one call"), for every execution, whatever its trigger.
import type { Answer, Call } from "./admission/call.ts";
import { answerOnce } from "./answers/answer-once.ts";
import type { CompiledTool } from "./boot/compile-tool.ts";
import { beginExecution } from "./flow/execution.ts";
import { inSegments } from "./flow/in-segments.ts";
import { outcomeOf } from "./flow/outcome.ts";
import type { Service } from "./service.ts";

/** Runs a tool once. Never rejects: what goes wrong is a problem document, and has its audit record. */
export async function execute(service: Service, tool: CompiledTool, call: Call): Promise<Answer> {
  const { steps } = service;
  const execution = beginExecution(service, tool, call);
  const outcome = await outcomeOf(execution, async () => {
    const input = steps.validateInput(execution); // 1
    const caller = await steps.authorize(execution); // 2
    const run = steps.checkPolicies(execution, input, caller); // 3
    return answerOnce(run, () =>
      inSegments(run, tool.flow.segments, async (segment) => {
        const transaction = await steps.startTransaction(run, segment); // 4
        await steps.executeFlow(run, segment); // 5
        await steps.enforceInvariants(run, transaction); // 6
        await steps.commit(run, transaction); // 7
      }),
    );
  });
  await steps.audit(execution, outcome); // 8
  return steps.respond(execution, outcome); // 9
}
