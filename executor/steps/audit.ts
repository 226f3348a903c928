import { settleAfterwards } from "../answers/settle.ts";
import { auditStatement } from "../audit/audit-entry.ts";
import { executionEntry } from "../audit/execution-record.ts";
import { inOwnTransaction } from "../connection/own-transaction.ts";
import { asExecutionError } from "../errors/as-execution-error.ts";
import { ExecutionError } from "../errors/execution-error.ts";
import type { Execution } from "../flow/execution.ts";
import type { Outcome } from "../flow/outcome.ts";
import { endingOf } from "../journal/ending-of.ts";
import { leave } from "../journal/leave.ts";
import { journalEnding } from "../journal/write-journal.ts";
import { answerOf } from "./respond.ts";

/**
 * Step 8: the execution's one record, before the response. Where the flow's last commit has not carried it, it is written in a
 * transaction of its own, with what became of external calls and of the claim. Refusals of callers whom nobody knows, or who
 * call too often, are counted instead once there are too many of them.
 */
export async function audit(execution: Execution, outcome: Outcome): Promise<void> {
  const { service, run } = execution;
  const answer = answerOf(execution, outcome);
  const { status } = answer;
  if (outcome.type === "done" && execution.isRecorded) return;
  if (outcome.type === "failed") {
    // The change's own record may be committed: another one would say that it is not.
    if (outcome.error.code === "outcome-unknown") return;
    const isFlood = !execution.isAuthenticated || outcome.error.code === "too-many-calls";
    if (isFlood && run === undefined) {
      if (!service.refusals.admits(execution.tool.tool.name, outcome.error.code)) return;
    }
  }
  const record = auditStatement(execution, executionEntry(execution, outcome, status, run?.committed ?? 0));
  const isOwn = run !== undefined && outcome.type !== "replayed";
  const journalled = isOwn ? journalEnding(run, endingOf(run, answer)) : undefined;
  const statements = [
    ...(journalled?.statements ?? []),
    ...(run === undefined ? [] : settleAfterwards(run, outcome)),
    ...(execution.isRecorded ? [] : [record]),
  ];
  if (statements.length === 0) return;
  try {
    await inOwnTransaction(service.pool, statements);
    journalled?.committed();
  } catch (error) {
    // What was committed has its segment's entry; the log keeps what the database cannot take now.
    execution.log.error({ error, outcome: outcome.type, status }, "the audit record could not be written");
    if (run?.journal?.isStored === true) {
      // Whoever takes it up ends it, perhaps otherwise than here.
      await leave(execution);
      execution.answer = undefined;
      answerOf(execution, { type: "failed", error: outcomeUnknown(error) });
      return;
    }
    if (outcome.type !== "failed") return;
    const unrecorded = asExecutionError(error, service.constraints);
    execution.answer = undefined;
    answerOf(execution, { type: "failed", error: unrecorded });
  }
}

function outcomeUnknown(cause: unknown): ExecutionError {
  return new ExecutionError("outcome-unknown", { cause, headers: { "Retry-After": "5" } });
}
