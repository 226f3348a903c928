import type { Pool, QueryConfig, QueryResult } from "pg";
import { acquire } from "./acquire.ts";
import { sendTogether } from "./send-together.ts";

/** Runs statements in one transaction of their own and in one round trip. @throws the first error; then nothing was done. */
export async function inOwnTransaction(
  pool: Pool,
  statements: readonly QueryConfig[],
): Promise<readonly QueryResult[]> {
  const client = await acquire(pool);
  const results = await Promise.allSettled(sendTogether(client, ["BEGIN READ WRITE", ...statements, "COMMIT"]));
  const failure = results.find((result) => result.status === "rejected");
  const isCommitted = results.at(-1)?.status === "fulfilled";
  // A failed transaction is ended by its COMMIT (which answers ROLLBACK); a connection that cannot say so is given up.
  client.release(!isCommitted);
  if (failure !== undefined) throw failure.reason;
  return results.slice(1, -1).flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}
