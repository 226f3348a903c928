import type { Pool, QueryArrayResult, QueryConfig, QueryResult } from "pg";
import { acquire } from "./acquire.ts";

/** Runs statements in one transaction of their own and in one round trip. @throws the first error; then nothing was done. */
export async function inOwnTransaction(
  pool: Pool,
  statements: readonly QueryConfig[],
): Promise<readonly QueryResult[]> {
  const client = await acquire(pool);
  const sent = [
    client.query("BEGIN READ WRITE"),
    ...statements.map((one) => client.query(one)),
    client.query("COMMIT"),
  ];
  const results = await Promise.allSettled<QueryResult | QueryArrayResult>(sent);
  const failure = results.find((result) => result.status === "rejected");
  const isCommitted = results.at(-1)?.status === "fulfilled";
  // A failed transaction is ended by its COMMIT (which answers ROLLBACK); a connection that cannot say so is given up.
  client.release(!isCommitted);
  if (failure !== undefined) throw failure.reason;
  return results.slice(1, -1).flatMap((result) => (result.status === "fulfilled" ? [result.value as QueryResult] : []));
}
