import type { Digest } from "@lintel/specs";
import type { MigrationClient } from "./migration-session.ts";

/** invalid_schema_name, undefined_table, insufficient_privilege: no migration has made this database ready yet. */
const notReady: readonly unknown[] = ["3F000", "42P01", "42501"];

/** Whether the schema serves the bundle of this digest; false as well where no migration has run. For the startup probe. */
export async function isServing(client: MigrationClient, digest: Digest): Promise<boolean> {
  try {
    const text = `SELECT 1 FROM "lintel"."bundles" WHERE "digest" = $1 AND "state" = 'serving'`;
    return (await client.query(text, [digest])).rows.length > 0;
  } catch (error) {
    if (error instanceof Error && "code" in error && notReady.includes(error.code)) return false;
    throw error;
  }
}
