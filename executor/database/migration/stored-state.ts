// What the database says about itself: bundles it has seen, those it serves, and the schema that stands.
import type { Bundle, Digest } from "@lintel/specs";
import type { DdlStatement, SchemaModel } from "../schema/schema-model.ts";
import type { MigrationClient } from "./migration-session.ts";

export interface StoredState {
  /** Bundles that may run, the newest first. */
  readonly serving: readonly Bundle[];
  /** Undefined before the first migration. */
  readonly standing: SchemaModel | undefined;
  /** What an interrupted migration left to do. */
  readonly remaining: readonly DdlStatement[];
}

/** The mark of the system tables that stand; undefined where there are none. */
export async function readSystemMark(client: MigrationClient): Promise<string | undefined> {
  const { rows } = await client.query(
    `SELECT obj_description(oid, 'pg_namespace') AS "mark" FROM pg_namespace WHERE nspname = 'lintel'`,
  );
  const mark = rows[0]?.["mark"];
  return typeof mark === "string" ? mark : undefined;
}

/** Reads the state; the system tables stand. */
export async function readState(client: MigrationClient): Promise<StoredState> {
  const bundles = await client.query(
    `SELECT "bundle" FROM "lintel"."bundles" WHERE "state" = 'serving' ORDER BY "serving_since" DESC`,
  );
  const latest = await client.query(
    `SELECT "standing", "remaining" FROM "lintel"."migrations" ORDER BY "id" DESC LIMIT 1`,
  );
  const [row] = latest.rows;
  return {
    serving: bundles.rows.map(({ bundle }) => bundle as Bundle),
    standing: row?.["standing"] as SchemaModel | undefined,
    remaining: (row?.["remaining"] ?? []) as readonly DdlStatement[],
  };
}

export async function storeBundle(client: MigrationClient, bundle: Bundle): Promise<void> {
  await client.query(
    `INSERT INTO "lintel"."bundles" ("digest", "bundle", "state") VALUES ($1, $2::jsonb, 'stored') ON CONFLICT DO NOTHING`,
    [bundle.digest, JSON.stringify(bundle)],
  );
}

/** Notes what is about to stand, and answers the migration's number. */
export async function beginMigration(
  client: MigrationClient,
  digest: Digest,
  standing: SchemaModel,
  statements: readonly DdlStatement[],
  remaining: readonly DdlStatement[],
): Promise<string> {
  const { rows } = await client.query(
    `INSERT INTO "lintel"."migrations" ("digest", "standing", "statements", "remaining") ` +
      `VALUES ($1, $2::jsonb, $3::jsonb, $4::jsonb) RETURNING "id"::text`,
    [digest, JSON.stringify(standing), JSON.stringify(statements), JSON.stringify(remaining)],
  );
  return String(rows[0]?.["id"]);
}

export async function noteRemaining(
  client: MigrationClient,
  migration: string,
  remaining: readonly DdlStatement[],
): Promise<void> {
  await client.query(`UPDATE "lintel"."migrations" SET "remaining" = $2::jsonb WHERE "id" = $1`, [
    migration,
    JSON.stringify(remaining),
  ]);
}

export async function finishMigration(client: MigrationClient, migration: string): Promise<void> {
  await client.query(`UPDATE "lintel"."migrations" SET "finished_at" = clock_timestamp() WHERE "id" = $1`, [migration]);
}

/** Lists the bundle as the newest that serves; of the others only `kept` stays listed. */
export async function markServing(client: MigrationClient, digest: Digest, kept: Digest | undefined): Promise<void> {
  await client.query(
    `UPDATE "lintel"."bundles" SET "state" = 'retired' WHERE "state" = 'serving' AND "digest" <> ALL ($1)`,
    [[digest, ...(kept === undefined ? [] : [kept])]],
  );
  await client.query(
    `UPDATE "lintel"."bundles" SET "state" = 'serving', "serving_since" = clock_timestamp() WHERE "digest" = $1`,
    [digest],
  );
}
