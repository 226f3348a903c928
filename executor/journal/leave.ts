import { inOwnTransaction } from "../connection/own-transaction.ts";
import type { Execution } from "../flow/execution.ts";
import type { FlowRun } from "../flow/flow-run.ts";

/** Lets another attempt take the execution up, if the database hears of it; else when its lease is over. */
export async function leave({ id, run, service }: Execution): Promise<void> {
  const { leases, instance } = service.durability;
  leases.release(id);
  const text =
    `UPDATE "lintel"."executions" SET "lease_until" = clock_timestamp() + $4 * interval '1 millisecond' ` +
    `WHERE "id" = $1 AND "owner" = $2 AND "attempt" = $3 AND "state" IN ('running', 'compensating', 'settling')`;
  const attempt = run?.journal?.attempt ?? 0;
  try {
    await inOwnTransaction(service.pool, [{ text, values: [id, instance, attempt, pauseBefore(attempt)] }]);
  } catch {
    // The database is away; the lease ends by itself.
  }
}

/** Milliseconds: at once the first time, then with pauses that grow to a minute, as a caller may wait. */
export function pauseBefore(attempt: number): number {
  return attempt === 0 ? 0 : Math.min(60_000, 2500 * 2 ** attempt);
}

/**
 * Finds out whether an execution has begun whose first commit was not answered, by taking its place: the commit that comes late then
 * meets the row and is refused. Answers false where nobody can say, or it has begun.
 */
export async function wasNeverBegun({ execution, journal }: FlowRun): Promise<boolean> {
  if (journal === undefined || journal.isStored) return false;
  const { id, tool, service } = execution;
  const text =
    `INSERT INTO "lintel"."executions" ("id", "tool", "bundle_digest", "state", "reason", "owner", "lease_until", "finished_at", ` +
    `"expires_at", "begun") VALUES ($1, $2, $3, 'done', 'never-begun', $4, 'infinity', clock_timestamp(), clock_timestamp() + interval '1 day', '') ` +
    `ON CONFLICT DO NOTHING RETURNING 1`;
  const values = [id, tool.tool.name, service.bundle.digest, service.durability.instance];
  try {
    const [inserted] = await inOwnTransaction(service.pool, [{ text, values }]);
    if (inserted?.rowCount !== 1) return false;
    journal.isTried = false;
    journal.isOver = true;
    return true;
  } catch {
    return false;
  }
}
