import type { QueryConfig } from "pg";
import { settleAfterwards } from "../answers/settle.ts";
import { auditStatement } from "../audit/audit-entry.ts";
import { inOwnTransaction } from "../connection/own-transaction.ts";
import { asExecutionError } from "../errors/as-execution-error.ts";
import { pendingEffectUpdates } from "../external/journal.ts";
import type { Execution } from "../flow/execution.ts";
import type { Outcome } from "../flow/outcome.ts";
import { answerOf } from "./respond.ts";

/**
 * Step 8: the execution's one record, in a transaction of its own and before the response, with what became of external calls
 * and of the claim. Refusals of callers whom nobody knows are counted instead once there are too many of them.
 */
export async function audit(execution: Execution, outcome: Outcome): Promise<void> {
  const { service } = execution;
  const { status } = answerOf(execution, outcome);
  if (outcome.type === "failed" && !execution.isAuthenticated && execution.run === undefined) {
    if (!service.refusals.admits(execution.tool.tool.name, outcome.error.code)) return;
  }
  const statements = [
    ...(execution.run === undefined ? [] : pendingEffectUpdates(execution.run)),
    ...(execution.run === undefined ? [] : settleAfterwards(execution.run, outcome)),
    recordOf(execution, outcome, status),
  ];
  try {
    await inOwnTransaction(service.pool, statements);
  } catch (error) {
    // What was committed has its segment's entry; the log keeps what the database cannot take now.
    execution.log.error({ error, outcome: outcome.type, status }, "the audit record could not be written");
    if (outcome.type !== "failed") return;
    const unrecorded = asExecutionError(error, service.constraints);
    execution.answer = undefined;
    answerOf(execution, { type: "failed", error: unrecorded });
  }
}

function recordOf(execution: Execution, outcome: Outcome, status: number): QueryConfig {
  const code = outcome.type === "failed" ? outcome.error.code : status >= 500 ? "output-mismatch" : null;
  const failure = status >= 500 ? "failed" : "refused";
  const named = outcome.type === "failed" ? outcome.error.node : undefined;
  return auditStatement(execution, {
    kind: "execution",
    outcome: outcome.type === "replayed" ? "replayed" : code === null ? "succeeded" : failure,
    status,
    errorCode: code,
    segment: null,
    changes: [],
    details: {
      trigger: execution.call.trigger,
      ...(named === undefined ? {} : { node: named }),
      ...(outcome.type === "replayed" ? { replayOf: outcome.executionId } : {}),
      ...(code !== null && (execution.run?.committed ?? 0) > 0
        ? { committedSegments: execution.run?.committed ?? 0 }
        : {}),
    },
  });
}
