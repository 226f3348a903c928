import type { FlowRun } from "./flow-run.ts";
import type { Transaction } from "./transaction.ts";

/** A point of an open transaction; what nests in it does so in the database too, so each is ended by one of these. */
export interface Savepoint {
  /** Undoes what came after it: rows, the note of them, and the versions at which they were seen. */
  rollBack(): Promise<void>;
  /** Keeps it. Nobody waits for the answer: where it fails, so does the commit. */
  release(): void;
}

export async function savepoint(run: FlowRun, transaction: Transaction): Promise<Savepoint> {
  const { client } = transaction;
  transaction.savepoints += 1;
  const name = `n${transaction.savepoints}`;
  const touched = transaction.touched.length;
  const seen = new Map(run.seen);
  // Unreleased ones stay on PostgreSQL's stack: a loop would make every later statement slower.
  const release = (): void => void client.query(`RELEASE SAVEPOINT ${name}`).catch(() => undefined);
  await client.query(`SAVEPOINT ${name}`);
  return {
    rollBack: async () => {
      await client.query(`ROLLBACK TO SAVEPOINT ${name}`);
      release();
      transaction.touched.length = touched;
      run.seen = seen;
    },
    release,
  };
}
