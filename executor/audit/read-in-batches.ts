import type { ClientBase, QueryResultRow } from "pg";

/** Rows that are held in memory at once. */
const batchSize = 1000;

/** The rows of a query, a batch at a time; within the client's transaction, and one query after another. */
export async function* readInBatches<T extends QueryResultRow>(
  client: ClientBase,
  text: string,
  values: readonly unknown[],
): AsyncGenerator<readonly T[]> {
  await client.query(`DECLARE "lintel_batches" NO SCROLL CURSOR FOR ${text}`, [...values]);
  for (;;) {
    const { rows } = await client.query<T>(`FETCH ${String(batchSize)} FROM "lintel_batches"`);
    if (rows.length > 0) yield rows;
    if (rows.length < batchSize) break;
  }
  await client.query(`CLOSE "lintel_batches"`);
}
