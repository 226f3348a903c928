import type { Bundle } from "@lintel/specs";
import { quoted } from "../identifier.ts";
import { createReader, letReads, planReader, readerRole, readerTables } from "../schema/reader-role.ts";
import { MigrationError } from "./migration-error.ts";
import { type MigrationClient, run } from "./migration-session.ts";

/** What stands of the role that raw SQL runs as, and by whom the rest can be made. */
interface Reader {
  readonly exists: boolean;
  readonly isLent: boolean;
  /** A role that may make roles: the migrator itself, or one that it may become, as Cloud SQL's administrators are. */
  readonly maker: string | undefined;
}

/** @throws MigrationError failed, where the role is needed and the migrator can neither find nor make it; nothing is changed */
export async function checkReader(client: MigrationClient, bundle: Bundle, executorUser: string): Promise<void> {
  if (readerTables(bundle) === undefined) return;
  const { exists, isLent, maker } = await readerOf(client, executorUser);
  if ((exists && isLent) || maker !== undefined) return;
  const role = quoted(readerRole(executorUser));
  const remedy = `${exists ? "" : `CREATE ROLE ${role} NOLOGIN; `}GRANT ${role} TO ${quoted(executorUser)};`;
  const message = `the migrator may not make roles, and raw SQL needs one that can only select; run as an administrator: ${remedy}`;
  throw new MigrationError("failed", message);
}

/** Makes the role where raw SQL needs it, with the rights that the listed bundles need; to be run in one transaction. */
export async function standReader(
  client: MigrationClient,
  bundles: readonly Bundle[],
  executorUser: string,
): Promise<void> {
  const needed = bundles.map(readerTables).filter((tables) => tables !== undefined);
  const { exists, isLent, maker } = await readerOf(client, executorUser);
  if (!exists && needed.length === 0) return;
  if (!exists || !isLent) {
    if (maker !== undefined) await client.query(`SET LOCAL ROLE ${quoted(maker)}`);
    for (const statement of exists ? [letReads(executorUser)] : createReader(executorUser)) {
      await run(client, statement);
    }
    await client.query("RESET ROLE");
  }
  const tables = [...new Set(needed.flat())].sort();
  for (const statement of planReader(tables, executorUser)) await run(client, statement);
}

async function readerOf(client: MigrationClient, executorUser: string): Promise<Reader> {
  const { rows } = await client.query(
    `SELECT (SELECT oid FROM pg_roles WHERE rolname = $1) IS NOT NULL AS "exists",
       EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid JOIN pg_roles e ON e.oid = m.member
         WHERE r.rolname = $1 AND e.rolname = $2) AS "isLent",
       (SELECT rolname FROM pg_roles WHERE (rolcreaterole OR rolsuper) AND pg_has_role(current_user, oid, 'MEMBER')
         ORDER BY rolname <> current_user, rolname LIMIT 1) AS "maker"`,
    [readerRole(executorUser), executorUser],
  );
  const [row] = rows;
  const maker = row?.["maker"];
  return {
    exists: row?.["exists"] === true,
    isLent: row?.["isLent"] === true,
    maker: typeof maker === "string" ? maker : undefined,
  };
}
