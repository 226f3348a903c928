import type { Answer, Call } from "./admission/call.ts";
import type { CompiledTool } from "./boot/compile-tool.ts";
import type { ExecutionError } from "./errors/execution-error.ts";
import { beginExecution } from "./flow/execution.ts";
import type { Outcome } from "./flow/outcome.ts";
import type { Service } from "./service.ts";

/** What admission turns away has its audit record too, as far as records of unknown callers go. */
export async function refuse(service: Service, tool: CompiledTool, call: Call, error: ExecutionError): Promise<Answer> {
  const { steps } = service;
  const execution = beginExecution(service, tool, call);
  const outcome: Outcome = { type: "failed", error };
  await steps.audit(execution, outcome);
  return steps.respond(execution, outcome);
}
