import { setTimeout } from "node:timers/promises";
import { qualified } from "../identifier.ts";
import type { DdlStatement } from "../schema/schema-model.ts";
import { MigrationError } from "./migration-error.ts";
import { causeOf, codeOf, reasonOf } from "./reason-of.ts";

/** What a migration needs of a connection; `Client` of `pg` fits. */
export interface MigrationClient {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[] }>;
}

/** How long to wait for locks; others wait behind a waiting ALTER TABLE, so each attempt is short. */
export interface LockPatience {
  /** Milliseconds per attempt. */
  readonly lockTimeout: number;
  readonly attempts: number;
  /** Milliseconds after the first attempt; doubled after each, up to half a minute. */
  readonly pause: number;
  /** Milliseconds that a statement may keep a table locked while it reads or writes all of it. */
  readonly rewriteTimeout: number;
}

/** Key of the advisory lock that lets one migration run at a time: "lintel" in ASCII. */
const advisoryKey = "119212175353196";
const longestPause = 30_000;

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

/** Runs one statement outside any transaction, again when others held its locks; a failed index build leaves nothing. */
export async function runAlone(
  client: MigrationClient,
  patience: LockPatience,
  statement: DdlStatement,
): Promise<void> {
  await withPatience(client, patience, async () => {
    try {
      await run(client, statement);
    } catch (error) {
      // An invalid unique index refuses rows all the same, and everything that writes keeps it up to date.
      if (statement.index !== undefined) await dropIndex(client, statement.index);
      throw error;
    }
  });
}

async function dropIndex(client: MigrationClient, index: string): Promise<void> {
  await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${qualified("app", index)}`).catch(() => undefined);
}

const firstKey = "00000000-0000-0000-0000-000000000000";

/** Runs a backfill batch by batch, each of which commits by itself. */
export async function runBackfill(
  client: MigrationClient,
  patience: LockPatience,
  statement: DdlStatement,
): Promise<void> {
  for (let last: string | undefined = firstKey; last !== undefined; ) {
    const after: string = last;
    last = await withPatience(client, patience, async () => {
      const { rows } = await query(client, statement, [after]);
      const id = rows[0]?.["id"];
      return typeof id === "string" ? id : undefined;
    });
  }
}

/** Runs one statement. @throws MigrationError failed, which says what the statement was for. */
export async function run(client: MigrationClient, statement: DdlStatement): Promise<void> {
  await query(client, statement);
}

async function query(
  client: MigrationClient,
  statement: DdlStatement,
  values?: unknown[],
): ReturnType<MigrationClient["query"]> {
  try {
    return await client.query(statement.sql, values);
  } catch (error) {
    if (isLockTrouble(error)) throw error;
    throw new MigrationError("failed", `${statement.purpose}: ${failureOf(error, statement)}`, {
      cause: causeOf(error),
    });
  }
}

function failureOf(error: unknown, { entity }: DdlStatement): string {
  if (codeOf(error) !== "57014") return reasonOf(error);
  return `it would have kept a table locked for too long; accept that with "lock: ${entity ?? "Entity"}" under migrations in acknowledgements.yaml`;
}

/** Limits how long statements may run, 0 for as long as they take. */
export async function limitStatements(client: MigrationClient, milliseconds: number): Promise<void> {
  await client.query(`SET statement_timeout = ${String(milliseconds)}`);
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
      await setTimeout(Math.min(patience.pause * 2 ** (attempt - 1), longestPause));
    }
  }
}

/** lock_not_available, deadlock_detected, serialization_failure */
const lockTroubles: readonly unknown[] = ["55P03", "40P01", "40001"];

function isLockTrouble(error: unknown): boolean {
  return error instanceof Error && "code" in error && lockTroubles.includes(error.code);
}
