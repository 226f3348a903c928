import { setTimeout } from "node:timers/promises";
import type { DdlStatement } from "../schema/schema-model.ts";
import { MigrationError } from "./migration-error.ts";

/** What a migration needs of a connection; `Client` of `pg` fits. */
export interface MigrationClient {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[] }>;
}

/** How long to wait for locks; others wait behind a waiting ALTER TABLE, so each attempt is short. */
export interface LockPatience {
  /** Milliseconds per attempt. */
  readonly lockTimeout: number;
  readonly attempts: number;
  /** Milliseconds between attempts. */
  readonly pause: number;
}

/** Key of the advisory lock that lets one migration run at a time: "lintel" in ASCII. */
const advisoryKey = "119212175353196";

/** Runs the work while no other migration of this database does. @throws MigrationError locked */
export async function withMigrationLock<T>(
  client: MigrationClient,
  patience: LockPatience,
  work: () => Promise<T>,
): Promise<T> {
  await withPatience(client, patience, async () => {
    await client.query(`SELECT pg_advisory_lock(${advisoryKey})`);
  });
  try {
    return await work();
  } finally {
    // A connection that broke holds no lock any more, and its own error is the one to tell.
    await client.query(`SELECT pg_advisory_unlock(${advisoryKey})`).catch(() => undefined);
  }
}

/** Runs the work in one transaction, again when others held its locks. */
export async function inTransaction<T>(
  client: MigrationClient,
  patience: LockPatience,
  work: () => Promise<T>,
): Promise<T> {
  return withPatience(client, patience, async () => {
    await client.query("BEGIN");
    try {
      const result = await work();
      await client.query("COMMIT");
      return result;
    } catch (error) {
      await client.query("ROLLBACK").catch(() => undefined);
      throw error;
    }
  });
}

/** Runs one statement outside any transaction, again when others held its locks. */
export async function runAlone(
  client: MigrationClient,
  patience: LockPatience,
  statement: DdlStatement,
): Promise<void> {
  await withPatience(client, patience, () => run(client, statement));
}

/** Runs one statement. @throws MigrationError failed, which says what the statement was for. */
export async function run(client: MigrationClient, statement: DdlStatement): Promise<void> {
  try {
    await client.query(statement.sql);
  } catch (error) {
    if (isLockTrouble(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new MigrationError("failed", `${statement.purpose}: ${reason}`, { cause: error });
  }
}

async function withPatience<T>(client: MigrationClient, patience: LockPatience, work: () => Promise<T>): Promise<T> {
  await client.query(`SET lock_timeout = ${String(patience.lockTimeout)}`);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isLockTrouble(error)) throw error;
      if (attempt >= patience.attempts) {
        const message = `locks were not free in ${String(attempt)} attempts; end what holds them, or run the migration again`;
        throw new MigrationError("locked", message, { cause: error });
      }
      await setTimeout(patience.pause);
    }
  }
}

/** lock_not_available, deadlock_detected, serialization_failure */
const lockTroubles: readonly unknown[] = ["55P03", "40P01", "40001"];

function isLockTrouble(error: unknown): boolean {
  return error instanceof Error && "code" in error && lockTroubles.includes(error.code);
}
