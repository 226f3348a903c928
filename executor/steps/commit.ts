import type { QueryConfig } from "pg";
import { asLostClaim, settleInTransaction } from "../answers/settle.ts";
import { closingEntries, segmentEntry } from "../audit/audit-entry.ts";
import { executionEntry } from "../audit/execution-record.ts";
import { findOutCommit } from "../audit/find-out-commit.ts";
import { sendTogether } from "../connection/send-together.ts";
import { asExecutionError } from "../errors/as-execution-error.ts";
import { isRefused } from "../errors/database-error.ts";
import type { FlowRun } from "../flow/flow-run.ts";
import type { Transaction } from "../flow/transaction.ts";
import { endingOf } from "../journal/ending-of.ts";
import { type JournalPart, journalSegment } from "../journal/write-journal.ts";
import { answerOf } from "./respond.ts";

/**
 * Step 7: all or nothing. The steps so far with what became of external calls, the claim on the idempotency key and, last, the
 * segment's audit entry go out with COMMIT in one round trip and are committed with the change; so is the execution's own record, where
 * nothing more can happen to it.
 * @throws ExecutionError idempotency-key-in-use when the claim was taken over: then nothing is committed; outcome-unknown
 */
export async function commit(run: FlowRun, transaction: Transaction | undefined): Promise<void> {
  if (transaction === undefined) return;
  const isClosing = closesExecution(run, transaction);
  const journalled = transaction.isReadOnly ? undefined : journalOf(run, transaction, isClosing);
  const statements = journalled === undefined ? [] : lastStatements(run, transaction, journalled, isClosing);
  const isAnswered = await isCommitted(run, transaction, statements, isClosing);
  run.transaction = undefined;
  transaction.client.release(!isAnswered);
  if (journalled === undefined) return;
  run.committed += 1;
  run.execution.isRecorded = isClosing;
  journalled.committed();
}

/** Whether the execution ends with this transaction: its answer is known, and no external call is left in doubt. */
function closesExecution(run: FlowRun, { isReadOnly, isLast }: Transaction): boolean {
  return !isReadOnly && isLast && run.effects.every(({ state }) => state !== "started" && state !== "unknown");
}

function journalOf(run: FlowRun, { touched }: Transaction, isClosing: boolean): JournalPart {
  const ending = isClosing ? endingOf(run, answerOf(run.execution, { type: "done", run })) : undefined;
  return journalSegment(run, touched, ending);
}

function lastStatements(
  run: FlowRun,
  transaction: Transaction,
  journalled: JournalPart,
  isClosing: boolean,
): readonly QueryConfig[] {
  const settled = [...journalled.statements, ...settleInTransaction(run)];
  if (!isClosing) return [...settled, segmentEntry(run, transaction)];
  const { execution } = run;
  const outcome = { type: "done", run } as const;
  const { status } = answerOf(execution, outcome);
  const record = executionEntry(execution, outcome, status, run.committed + 1);
  return [...settled, closingEntries(run, transaction, record)];
}

/** Commits; answers whether the server said so, or it had to be found out behind a connection that broke. @throws what failed */
async function isCommitted(
  run: FlowRun,
  { client, begun }: Transaction,
  statements: readonly QueryConfig[],
  isClosing: boolean,
): Promise<boolean> {
  const results = await Promise.allSettled([begun, ...sendTogether(client, [...statements, "COMMIT"])]);
  const failure = results.find((result) => result.status === "rejected");
  if (failure === undefined) {
    const tag = results.at(-1);
    // COMMIT of a transaction that has failed answers ROLLBACK, without an error.
    if (tag?.status === "fulfilled" && tag.value.command === "COMMIT") return true;
    throw new Error("the transaction was rolled back");
  }
  const { execution, journal } = run;
  // Whoever takes a journalled execution up finds out.
  if (!isClosing || journal?.isStored === true || isRefused(failure.reason)) throw asLostClaim(failure.reason);
  const error = asExecutionError(failure.reason, execution.service.constraints);
  if (await findOutCommit(execution, error, run.committed)) return false;
  execution.isRecorded = true;
  if (journal !== undefined) journal.isTried = false;
  throw error;
}

/** The other end of step 7: nothing of the open transaction stays. */
export async function rollBack(run: FlowRun): Promise<void> {
  const transaction = run.transaction;
  if (transaction === undefined) return;
  run.transaction = undefined;
  try {
    await transaction.client.query("ROLLBACK");
    transaction.client.release();
  } catch {
    // The connection is gone, and the transaction with it.
    transaction.client.release(true);
  }
}
