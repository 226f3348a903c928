import { inOwnTransaction } from "../connection/own-transaction.ts";
import type { Service } from "../service.ts";

/** Rows of one DELETE, so that none holds its locks for long. */
const batch = 1000;

// By now(), which stands still within a statement: no index finds what is to be compared with clock_timestamp().
const answered = ["idempotency_keys", "webhook_deliveries"].map(
  (table) =>
    `DELETE FROM "lintel"."${table}" WHERE ctid = ANY (ARRAY(SELECT ctid FROM "lintel"."${table}" ` +
    `WHERE "expires_at" < now() AND ("state" = 'done' OR "lease_until" < now()) LIMIT ${String(batch)}))`,
);

const traces =
  `WITH "gone" AS (DELETE FROM "lintel"."executions" WHERE "id" = ANY (ARRAY(SELECT "id" FROM "lintel"."executions" ` +
  `WHERE "state" = 'done' AND "expires_at" < now() LIMIT ${String(batch)})) RETURNING "id"), ` +
  `"steps" AS (DELETE FROM "lintel"."steps" USING "gone" WHERE "execution_id" = "id"), ` +
  `"rows" AS (DELETE FROM "lintel"."traced_rows" USING "gone" WHERE "execution_id" = "id") SELECT 1 FROM "gone"`;

/** Deletes answers, deliveries and traces whose time is over; answers how many. */
export async function purge({ pool }: Pick<Service, "pool">, deadline: number): Promise<number> {
  let count = 0;
  for (const text of [...answered, traces]) {
    let last = batch;
    while (last === batch && Date.now() < deadline) {
      const [result] = await inOwnTransaction(pool, [{ text }]);
      last = result?.rowCount ?? 0;
      count += last;
    }
  }
  return count;
}
