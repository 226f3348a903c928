import { asLostClaim, settleInTransaction } from "../answers/settle.ts";
import { segmentEntry } from "../audit/audit-entry.ts";
import { pendingEffectUpdates } from "../external/journal.ts";
import type { FlowRun } from "../flow/flow-run.ts";
import type { Transaction } from "../flow/transaction.ts";

/**
 * Step 7: all or nothing. What became of earlier external calls, the claim on the idempotency key and, last, the segment's
 * audit entry go out with COMMIT in one round trip and are committed with the change.
 * @throws ExecutionError idempotency-key-in-use when the claim was taken over: then nothing is committed
 */
export async function commit(run: FlowRun, transaction: Transaction | undefined): Promise<void> {
  if (transaction === undefined) return;
  const { client } = transaction;
  const last = transaction.isReadOnly
    ? []
    : [...pendingEffectUpdates(run), ...settleInTransaction(run), segmentEntry(run, transaction)];
  const sent = [transaction.begun, ...last.map((statement) => client.query(statement)), client.query("COMMIT")];
  const results = await Promise.allSettled(sent);
  const failure = results.find((result) => result.status === "rejected");
  if (failure !== undefined) throw asLostClaim(failure.reason);
  const tag = results.at(-1);
  // COMMIT of a transaction that has failed answers ROLLBACK, without an error.
  if (tag?.status !== "fulfilled" || tag.value.command !== "COMMIT") throw new Error("the transaction was rolled back");
  run.transaction = undefined;
  client.release();
  if (transaction.isReadOnly) return;
  run.committed += 1;
  for (const effect of run.effects) effect.isPending = false;
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
