// What the database says about itself: bundles it has seen, those it serves, and the schema that stands.
import type { Bundle, Digest } from "@lintel/specs";
import type { DdlStatement, SchemaModel } from "../schema/schema-model.ts";
import type { Catalogue } from "./catalogue/catalogue.ts";
import type { MigrationClient } from "./migration-session.ts";

/** A bundle that may run. */
export interface ListedBundle {
  readonly bundle: Bundle;
  /** Milliseconds since the epoch at which it first came to be deployed; a way back does not change it. */
  readonly storedAt: number;
}

export interface StoredState {
  /** The newest first. */
  readonly serving: readonly ListedBundle[];
  /** Undefined before the first migration. */
  readonly standing: SchemaModel | undefined;
  /** What the database held when the last migration ended; absent while one has not. */
  readonly catalogue?: Catalogue;
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
    `SELECT "bundle", "stored_at" FROM "lintel"."bundles" WHERE "state" = 'serving' ORDER BY "serving_since" DESC`,
  );
  const latest = await client.query(
    `SELECT "standing", "catalogue" FROM "lintel"."migrations" ORDER BY "id" DESC LIMIT 1`,
  );
  const [row] = latest.rows;
  const catalogue = (row?.["catalogue"] ?? undefined) as Catalogue | undefined;
  return {
    serving: bundles.rows.map(({ bundle, stored_at: at }) => {
      return { bundle: bundle as Bundle, storedAt: at instanceof Date ? at.getTime() : Date.parse(String(at)) };
    }),
    standing: row?.["standing"] as SchemaModel | undefined,
    ...(catalogue === undefined ? {} : { catalogue }),
  };
}

/** A bundle that comes again after others is a new one, unless it is still listed. */
export async function storeBundle(client: MigrationClient, bundle: Bundle): Promise<void> {
  await client.query(
    `INSERT INTO "lintel"."bundles" AS "b" ("digest", "bundle", "state") VALUES ($1, $2::jsonb, 'stored') ` +
      `ON CONFLICT ("digest") DO UPDATE SET "stored_at" = clock_timestamp() WHERE "b"."state" <> 'serving'`,
    [bundle.digest, JSON.stringify(bundle)],
  );
}

/** Notes what is about to be done, and answers the migration's number. */
export async function beginMigration(
  client: MigrationClient,
  digest: Digest,
  standing: SchemaModel,
  statements: readonly DdlStatement[],
): Promise<string> {
  const { rows } = await client.query(
    `INSERT INTO "lintel"."migrations" ("digest", "standing", "statements", "remaining") ` +
      `VALUES ($1, $2::jsonb, $3::jsonb, $4::jsonb) RETURNING "id"::text`,
    [
      digest,
      JSON.stringify(standing),
      JSON.stringify(statements),
      JSON.stringify(statements.filter(({ phase }) => phase !== "expand")),
    ],
  );
  return String(rows[0]?.["id"]);
}

/** Notes what stands and what is still to be done. */
export async function noteProgress(
  client: MigrationClient,
  migration: string,
  standing: SchemaModel,
  remaining: readonly DdlStatement[],
): Promise<void> {
  await client.query(
    `UPDATE "lintel"."migrations" SET "standing" = $2::jsonb, "remaining" = $3::jsonb WHERE "id" = $1`,
    [migration, JSON.stringify(standing), JSON.stringify(remaining)],
  );
}

export async function finishMigration(client: MigrationClient, migration: string, catalogue: Catalogue): Promise<void> {
  await client.query(
    `UPDATE "lintel"."migrations" SET "finished_at" = clock_timestamp(), "catalogue" = $2::jsonb WHERE "id" = $1`,
    [migration, JSON.stringify(catalogue)],
  );
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

/** Bundles that answered calls in the last five minutes and are not among these. */
export async function recentOthers(client: MigrationClient, listed: readonly Digest[]): Promise<readonly Digest[]> {
  const { rows } = await client.query(
    `SELECT DISTINCT "bundle_digest" FROM (SELECT "bundle_digest", "recorded_at" FROM "lintel"."audit_log" ` +
      `WHERE "kind" = 'execution' ORDER BY "id" DESC LIMIT 1000) AS "latest" ` +
      `WHERE "recorded_at" > clock_timestamp() - interval '5 minutes' AND "bundle_digest" <> ALL ($1)`,
    [listed],
  );
  return rows.map(({ bundle_digest: digest }) => String(digest));
}
