import type { Pool } from "pg";

/** As many of each as are told. */
const most = 50;

/** Bundles that the database knows, and the migrations that brought them, newest first. Their records are in the audit log. */
export async function listDeployments(pool: Pool): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const bundles =
    `SELECT "digest", "state", "stored_at" AS "storedAt", "serving_since" AS "servingSince" ` +
    `FROM "lintel"."bundles" ORDER BY "stored_at" DESC, "digest" LIMIT $1`;
  const migrations =
    `SELECT "id"::text AS "id", "digest", jsonb_array_length("statements") AS "statements", ` +
    `jsonb_array_length("remaining") AS "remaining", "started_at" AS "startedAt", "finished_at" AS "finishedAt" ` +
    `FROM "lintel"."migrations" ORDER BY "migrations"."id" DESC LIMIT $1`;
  const [known, run] = await Promise.all([pool.query(bundles, [most]), pool.query(migrations, [most])]);
  return { bundles: known.rows, migrations: run.rows };
}
