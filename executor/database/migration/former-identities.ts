// Who was named by an earlier migration and is not any more keeps nothing: what stands is read from the catalogue, because no
// migration remembers the identities of another.
import { quoted } from "../identifier.ts";
import type { Identities } from "../schema/plan-grants.ts";
import { readerRole, takeReads } from "../schema/reader-role.ts";
import { type MigrationClient, run } from "./migration-session.ts";

const grantees = `WITH "s" AS (SELECT * FROM pg_namespace WHERE nspname IN ('app', 'history', 'lintel')), "rights" ("owner", "acl") AS (
    SELECT nspowner, nspacl FROM "s"
    UNION ALL SELECT relowner, relacl FROM pg_class JOIN "s" ON "s".oid = relnamespace
    UNION ALL SELECT relowner, attacl FROM pg_attribute JOIN pg_class AS "c" ON "c".oid = attrelid JOIN "s" ON "s".oid = relnamespace
    UNION ALL SELECT proowner, proacl FROM pg_proc JOIN "s" ON "s".oid = pronamespace
  )
  SELECT DISTINCT "r".rolname AS "role" FROM "rights", aclexplode("acl") AS "e" JOIN pg_roles AS "r" ON "r".oid = "e".grantee
  WHERE "r".rolname <> current_user AND "e".grantee NOT IN (SELECT "owner" FROM "rights") ORDER BY 1`;

/** Roles with some right in the workspace's schemas that are neither owners of something there nor among the identities of now. */
export async function formerIdentities(client: MigrationClient, identities: Identities): Promise<readonly string[]> {
  const { executorUser, adminUser } = identities;
  const present: ReadonlySet<unknown> = new Set([executorUser, adminUser, readerRole(executorUser)]);
  const { rows } = await client.query(grantees);
  return rows.map(({ role }) => String(role)).filter((role) => !present.has(role));
}

// A role is of the whole server: where another database has given the reader rights, its executor still reads there.
const lent = `SELECT "g".rolname AS "grantor" FROM pg_auth_members AS "m"
  JOIN pg_roles AS "r" ON "r".oid = "m".roleid JOIN pg_roles AS "e" ON "e".oid = "m".member JOIN pg_roles AS "g" ON "g".oid = "m".grantor
  WHERE "r".rolname = $1 AND "e".rolname = $2 AND pg_has_role(current_user, "g".oid, 'MEMBER')
    AND NOT EXISTS (SELECT FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = "r".oid
      AND dbid NOT IN (0, (SELECT oid FROM pg_database WHERE datname = current_database())))`;

/** Former executors become the role of their raw SQL no more; to be run in one transaction. */
export async function takeReaders(client: MigrationClient, former: readonly string[]): Promise<void> {
  for (const role of former) {
    const { rows } = await client.query(lent, [readerRole(role), role]);
    for (const { grantor } of rows) {
      await client.query(`SET LOCAL ROLE ${quoted(String(grantor))}`);
      await run(client, takeReads(role));
      await client.query("RESET ROLE");
    }
  }
}
