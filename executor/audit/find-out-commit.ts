// Decision: of two records of one execution's end only the first can stand, so that writing the failure's record finds out
// whether the change is committed, and keeps it from being committed late (docs/decisions/0015).
import { setTimeout } from "node:timers/promises";
import { inOwnTransaction } from "../connection/own-transaction.ts";
import { isRefused } from "../errors/database-error.ts";
import { ExecutionError } from "../errors/execution-error.ts";
import type { Execution } from "../flow/execution.ts";
import { auditStatement } from "./audit-entry.ts";
import { executionEntry } from "./execution-record.ts";

/** Milliseconds before each attempt to reach the database. */
const pauses = [0, 100, 300, 900, 2700];

/**
 * Whether a transaction with the execution's record is committed, although the answer to its COMMIT never came. Where it is not,
 * the failure's record is written and it never will be.
 * @throws ExecutionError outcome-unknown while the database cannot tell
 */
export async function findOutCommit(
  execution: Execution,
  failure: ExecutionError,
  committed: number,
): Promise<boolean> {
  const entry = executionEntry(execution, { type: "failed", error: failure }, failure.status, committed);
  for (const pause of pauses) {
    await setTimeout(pause);
    try {
      const [record] = await inOwnTransaction(execution.service.pool, [auditStatement(execution, entry)]);
      execution.log.warn(
        { isCommitted: record?.rowCount === 0 },
        "the answer to a COMMIT was lost and has been found out",
      );
      return record?.rowCount === 0;
    } catch (error) {
      execution.log.error({ error }, "whether a change is committed could not be found out");
      // After an attempt that may itself have been committed, a record says nothing about the change.
      if (!(error instanceof ExecutionError || isRefused(error))) break;
    }
  }
  throw new ExecutionError("outcome-unknown", { cause: failure, headers: { "Retry-After": "5" } });
}
