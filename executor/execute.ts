// The nine steps (ARCHITECTURE.md, "Data flow of one call"), for every execution, whatever its trigger.
import type { Answer, Call } from "./admission/call.ts";
import { answerOnce } from "./answers/answer-once.ts";
import type { CompiledTool } from "./boot/compile-tool.ts";
import { beginExecution } from "./flow/execution.ts";
import { inSegments } from "./flow/in-segments.ts";
import { outcomeOf } from "./flow/outcome.ts";
import type { Service } from "./service.ts";
import { audit } from "./steps/audit.ts";
import { authorize } from "./steps/authorize.ts";
import { checkPolicies } from "./steps/check-policies.ts";
import { commit } from "./steps/commit.ts";
import { enforceInvariants } from "./steps/enforce-invariants.ts";
import { executeFlow } from "./steps/execute-flow.ts";
import { respond } from "./steps/respond.ts";
import { startTransaction } from "./steps/start-transaction.ts";
import { validateInput } from "./steps/validate-input.ts";

/** Runs a tool once. Never rejects: what goes wrong is a problem document, and has its audit record. */
export async function execute(service: Service, tool: CompiledTool, call: Call): Promise<Answer> {
  const execution = beginExecution(service, tool, call);
  const outcome = await outcomeOf(execution, async () => {
    const input = validateInput(execution); // 1
    const caller = await authorize(execution); // 2
    const run = checkPolicies(execution, input, caller); // 3
    return answerOnce(run, () =>
      inSegments(run, tool.flow.segments, async (segment) => {
        const transaction = await startTransaction(run, segment); // 4
        await executeFlow(run, segment); // 5
        await enforceInvariants(run, transaction); // 6
        await commit(run, transaction); // 7
      }),
    );
  });
  await audit(execution, outcome); // 8
  return respond(execution, outcome); // 9
}
