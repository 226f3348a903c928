import { randomUUID } from "node:crypto";
import type { Acknowledgement, Bundle, Digest, RiskLevel } from "@lintel/specs";
import { describeSchema } from "../schema/describe-schema.ts";
import { executorRights, type TableRights } from "../schema/executor-rights.ts";
import { keepTransitions } from "../schema/keep-transitions.ts";
import { type Identities, planGrants } from "../schema/plan-grants.ts";
import { planSchema } from "../schema/plan-schema.ts";
import type { DdlStatement, SchemaModel, SchemaPlan } from "../schema/schema-model.ts";
import { systemMark, systemStatements } from "../schema/system-tables.ts";
import { MigrationError } from "./migration-error.ts";
import {
  inTransaction,
  type LockPatience,
  type MigrationClient,
  run,
  runAlone,
  withMigrationLock,
} from "./migration-session.ts";
import * as stored from "./stored-state.ts";

/** What is deployed and on whose word; goes into the audit log. */
export interface Deployment {
  readonly level: RiskLevel;
  readonly acknowledgements: readonly Acknowledgement[];
  readonly by?: string;
}

export interface MigrateOptions extends Identities {
  /** A connection of the migrator, who owns the schemas; not a pipelined one. */
  readonly client: MigrationClient;
  readonly bundle: Bundle;
  readonly deployment: Deployment;
  readonly patience?: LockPatience;
}

export interface MigrationReport {
  readonly digest: Digest;
  /** The bundle that served before and still may; absent at the first creation. */
  readonly previous?: Digest;
  /** Schema changes that were run, in order; empty when the schema stood already. */
  readonly statements: readonly DdlStatement[];
}

const usualPatience: LockPatience = { lockTimeout: 5000, attempts: 12, pause: 1000 };

/**
 * Makes the database serve a bundle: creates or expands the schema, grants, stores the bundle and lists it as serving beside
 * the previous one. May be run again after any failure; a bundle that is still listed becomes the newest again unchanged.
 * @throws MigrationError refused (nothing was changed), locked or failed (what served before still serves).
 */
export async function migrate(options: MigrateOptions): Promise<MigrationReport> {
  const { client, patience = usualPatience } = options;
  describeSchema(options.bundle); // what the database cannot hold is told before anything is locked
  return withMigrationLock(client, patience, async () => {
    const begun = await inTransaction(client, patience, () => begin(options));
    if (begun.isDone) return begun.report;
    let remaining = begun.remaining;
    for (const statement of begun.remaining) {
      await runAlone(client, patience, statement);
      remaining = remaining.slice(1);
      await stored.noteRemaining(client, begun.migration, remaining);
    }
    await inTransaction(client, patience, () => finish(options, begun));
    return begun.report;
  });
}

interface Begun {
  readonly migration: string;
  readonly previous: Bundle | undefined;
  readonly remaining: readonly DdlStatement[];
  readonly report: MigrationReport;
  readonly isDone: boolean;
}

async function begin(options: MigrateOptions): Promise<Begun> {
  const { client, bundle } = options;
  await standSystemTables(client);
  const state = await stored.readState(client);
  const previous = state.serving.find(({ digest }) => digest !== bundle.digest);
  const needed = describeSchema(keepTransitions(bundle, previous));
  const plan = planFrom(bundle, needed, state);
  if (plan.problems.length > 0) throw refusal(plan);
  const now = plan.statements.filter(({ phase }) => phase === "transaction");
  const after = plan.statements.filter(({ phase }) => phase === "after");
  for (const statement of now) await run(client, statement);
  await stored.storeBundle(client, bundle);
  const remaining = [...stillWanted(state.remaining, needed, after), ...after];
  const statements = [...now, ...remaining];
  const migration = await stored.beginMigration(client, bundle.digest, plan.standing, statements, remaining);
  const report = {
    digest: bundle.digest,
    ...(previous === undefined ? {} : { previous: previous.digest }),
    statements,
  };
  const begun = { migration, previous, remaining, report, isDone: remaining.length === 0 };
  if (begun.isDone) await finish(options, begun);
  return begun;
}

/** Their locks would stop every call that writes its audit record, so they are taken only where something is missing. */
async function standSystemTables(client: MigrationClient): Promise<void> {
  if ((await stored.readSystemMark(client)) === systemMark) return;
  for (const statement of systemStatements) await run(client, statement);
}

/** A bundle that is still listed needs nothing: the schema was expanded from it or for it. */
function planFrom(bundle: Bundle, needed: SchemaModel, { serving, standing }: stored.StoredState): SchemaPlan {
  const isListed = serving.some(({ digest }) => digest === bundle.digest);
  if (isListed && standing !== undefined) return { statements: [], problems: [], standing };
  const [served] = serving;
  return planSchema(needed, standing, served === undefined ? undefined : describeSchema(served));
}

/** What an interrupted migration left, unless the bundle no longer wants it or plans it anew. */
function stillWanted(
  remaining: readonly DdlStatement[],
  needed: SchemaModel,
  planned: readonly DdlStatement[],
): readonly DdlStatement[] {
  const wanted = new Set(
    Object.values(needed.tables).flatMap(({ constraints, indexes }) => [
      ...Object.keys(constraints),
      ...Object.keys(indexes),
    ]),
  );
  const replanned = new Set(planned.map(({ target }) => target));
  return remaining.filter(({ target = "" }) => wanted.has(target) && !replanned.has(target));
}

async function finish(options: MigrateOptions, begun: Omit<Begun, "isDone">): Promise<void> {
  const { client, bundle } = options;
  const rights = bothRights(executorRights(bundle), begun.previous === undefined ? {} : executorRights(begun.previous));
  for (const statement of planGrants(rights, options)) await run(client, statement);
  await stored.markServing(client, bundle.digest, begun.previous?.digest);
  await stored.finishMigration(client, begun.migration);
  await recordDeployment(options, begun.report);
}

/** The previous bundle's executors keep running beside the new ones. */
function bothRights(
  next: Readonly<Record<string, TableRights>>,
  previous: Readonly<Record<string, TableRights>>,
): Readonly<Record<string, TableRights>> {
  const tables = [...new Set([...Object.keys(next), ...Object.keys(previous)])].sort();
  const union = (table: string, right: "insert" | "update"): readonly string[] =>
    [...new Set([...(next[table]?.[right] ?? []), ...(previous[table]?.[right] ?? [])])].sort();
  return Object.fromEntries(
    tables.map((table) => [table, { select: true, insert: union(table, "insert"), update: union(table, "update") }]),
  );
}

async function recordDeployment(options: MigrateOptions, report: MigrationReport): Promise<void> {
  const { client, bundle, deployment } = options;
  const details = { ...deployment, previous: report.previous ?? null, statements: report.statements.length };
  await client.query(
    `INSERT INTO "lintel"."audit_log" ("kind", "execution_id", "outcome", "details", "bundle_digest", "started_at") ` +
      `VALUES ('deployment', $1, 'deployed', $2::jsonb, $3, now())`,
    [randomUUID(), JSON.stringify(details), bundle.digest],
  );
}

function refusal({ problems }: SchemaPlan): MigrationError {
  const lines = problems.map(({ message }) => `- ${message}`);
  const message = `the schema cannot be migrated without losing something:\n${lines.join("\n")}`;
  return new MigrationError("refused", message, { problems });
}
