import { randomUUID } from "node:crypto";
import type { Bundle } from "@lintel/specs";
import { executorRights, type TableRights } from "../schema/executor-rights.ts";
import { planGrants } from "../schema/plan-grants.ts";
import { formerIdentities, takeReaders } from "./former-identities.ts";
import type { MigrateOptions } from "./migrate.ts";
import { MigrationError } from "./migration-error.ts";
import { run } from "./migration-session.ts";
import { checkReader, standReader } from "./stand-reader.ts";
import { markServing } from "./stored-state.ts";

/** What a migration did before it lists its bundle; goes into the audit log. */
interface DoneBefore {
  /** Schema changes. */
  readonly statements: number;
  /** Tables of the audit log whose refusal of changes was gone and stands again. */
  readonly guarded?: readonly string[];
}

/** Grants what the two bundles need, lists them as serving and records the deployment; to be run in one transaction. */
export async function listBundle(
  options: MigrateOptions,
  previous: Bundle | undefined,
  done: DoneBefore,
): Promise<void> {
  const { client, bundle } = options;
  await grantRights(options, previous);
  await markServing(client, bundle.digest, previous?.digest);
  await recordDeployment(options, previous, done);
}

/** Grants what the two bundles need and nothing else; to be run in one transaction. */
export async function grantRights(options: MigrateOptions, previous: Bundle | undefined): Promise<void> {
  const rights = bothRights(executorRights(options.bundle), previous === undefined ? {} : executorRights(previous));
  const former = await formerIdentities(options.client, options);
  for (const statement of planGrants(rights, options, former)) await run(options.client, statement);
  await takeReaders(options.client, former);
  const listed = [options.bundle, ...(previous === undefined ? [] : [previous])];
  await standReader(options.client, listed, options.executorUser);
}

/** What cannot be granted is told before anything is changed. @throws MigrationError failed */
export async function checkRoles({ client, bundle, executorUser, adminUser }: MigrateOptions): Promise<void> {
  const roles = [executorUser, ...(adminUser === undefined ? [] : [adminUser])];
  const { rows } = await client.query(`SELECT rolname FROM pg_roles WHERE rolname = ANY ($1)`, [roles]);
  const known = new Set(rows.map(({ rolname }) => rolname));
  const missing = roles.find((role) => !known.has(role));
  if (missing === undefined) return checkReader(client, bundle, executorUser);
  throw new MigrationError("failed", `rights of the executor and the admin: role "${missing}" does not exist`);
}

type Rights = Readonly<Record<string, TableRights>>;

/** The previous bundle's executors keep running beside the new ones. */
function bothRights(next: Rights, previous: Rights): Rights {
  const tables = [...new Set([...Object.keys(next), ...Object.keys(previous)])].sort();
  const union = (table: string, right: "insert" | "update"): readonly string[] =>
    [...new Set([...(next[table]?.[right] ?? []), ...(previous[table]?.[right] ?? [])])].sort();
  return Object.fromEntries(
    tables.map((table) => [table, { select: true, insert: union(table, "insert"), update: union(table, "update") }]),
  );
}

async function recordDeployment(
  { client, bundle, deployment }: MigrateOptions,
  previous: Bundle | undefined,
  done: DoneBefore,
): Promise<void> {
  const details = { ...deployment, previous: previous?.digest ?? null, ...done };
  await client.query(
    `INSERT INTO "lintel"."audit_log" ("kind", "execution_id", "outcome", "details", "bundle_digest", "started_at") ` +
      `VALUES ('deployment', $1, 'deployed', $2::jsonb, $3, now())`,
    [randomUUID({ disableEntropyCache: true }), JSON.stringify(details), bundle.digest],
  );
}
