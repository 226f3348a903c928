import { newFuel } from "@lintel/specs";
import type { Answer } from "../admission/call.ts";
import { asExecutionError } from "../errors/as-execution-error.ts";
import { ExecutionError } from "../errors/execution-error.ts";
import { problemMediaType, problemOf } from "../errors/problem.ts";
import { type Execution, logFields } from "../flow/execution.ts";
import { contextOf, type FlowRun } from "../flow/flow-run.ts";
import type { Outcome } from "../flow/outcome.ts";

/** Step 9: what the caller gets. */
export function respond(execution: Execution, outcome: Outcome): Answer {
  const answer = answerOf(execution, outcome);
  const { status } = answer;
  const code = outcome.type === "failed" ? outcome.error.code : undefined;
  const durationMs = Date.now() - execution.startedAt;
  // Most executions log nothing else, and a child logger costs more than a line.
  execution.service.log.info({ ...logFields(execution), status, code, durationMs }, "answered");
  return answer;
}

/** The answer to an outcome, settled once: the audit record holds its status. */
export function answerOf(execution: Execution, outcome: Outcome): Answer {
  execution.answer ??=
    outcome.type === "replayed"
      ? outcome.answer
      : outcome.type === "failed"
        ? problemAnswer(execution, outcome.error)
        : successAnswer(outcome.run);
  return execution.answer;
}

/**
 * The tool's `respond` with just the fields that the output schema names. What does not match it is an error of the tool,
 * found after the commit: the change stays, and the record says so.
 */
export function successAnswer(run: FlowRun): Answer {
  const { execution } = run;
  const { tool, respond: evaluate, project, validateOutput } = execution.tool;
  if (execution.answer !== undefined) return execution.answer;
  try {
    const body = project(evaluate(contextOf(run), newFuel()));
    const errors = validateOutput(body);
    if (errors.length === 0) return { status: tool.status, headers: lifecycleHeaders(execution), body };
    execution.log.error({ errors }, "the answer does not match the output schema");
    return problemAnswer(execution, new ExecutionError("output-mismatch"));
  } catch (error) {
    execution.log.error({ error }, "the answer could not be made");
    return problemAnswer(execution, asExecutionError(error, execution.service.constraints));
  }
}

function problemAnswer(execution: Execution, error: ExecutionError): Answer {
  const headers = { ...lifecycleHeaders(execution), ...error.headers, "Content-Type": problemMediaType };
  return { status: error.status, headers, body: problemOf(error, execution.id) };
}

/** Deprecation (RFC 9745, since 1970 as no date is told) and Sunset (RFC 8594) of the tool; the execution's id. */
function lifecycleHeaders({ id, tool }: Execution): Readonly<Record<string, string>> {
  const { deprecated, sunset } = tool.tool;
  return {
    "Lintel-Execution": id,
    ...(deprecated ? { Deprecation: "@0" } : {}),
    ...(sunset === undefined ? {} : { Sunset: new Date(`${sunset}T00:00:00Z`).toUTCString() }),
  };
}
