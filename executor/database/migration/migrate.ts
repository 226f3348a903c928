import type { Acknowledgement, Bundle, Digest, MigrationAcknowledgement, RiskLevel } from "@lintel/specs";
import { guardStatements, openTables } from "../schema/append-only.ts";
import { describeSchema } from "../schema/describe-schema.ts";
import type { Identities } from "../schema/plan-grants.ts";
import type { DdlStatement, Phase, SchemaModel } from "../schema/schema-model.ts";
import { systemMark, systemStatements } from "../schema/system-tables.ts";
import { readCatalogue } from "./catalogue/read-catalogue.ts";
import { checkPlan } from "./check-plan.ts";
import { checkRoles, grantRights, listBundle } from "./list-bundle.ts";
import {
  inTransaction,
  type LockPatience,
  limitStatements,
  type MigrationClient,
  run,
  runAlone,
  runBackfill,
  withMigrationLock,
} from "./migration-session.ts";
import { type FullPlan, type PlanState, planFrom } from "./plan-migration.ts";
import { beforeSettling, settle } from "./progress.ts";
import * as stored from "./stored-state.ts";

/** What is deployed and on whose word; goes into the audit log. */
export interface Deployment {
  readonly level: RiskLevel;
  readonly acknowledgements: readonly Acknowledgement[];
  /** Accepted effects of migrations: what may be dropped, or locked for long. */
  readonly migrations?: readonly MigrationAcknowledgement[];
  readonly by?: string;
}

export interface MigrateOptions extends Identities {
  /** A connection of the migrator, who owns the schemas; not a pipelined one. */
  readonly client: MigrationClient;
  readonly bundle: Bundle;
  readonly deployment: Deployment;
  readonly patience?: Partial<LockPatience>;
  /** Digest of the plan that was reviewed; another one is refused. */
  readonly planDigest?: Digest | undefined;
  /** The day that acknowledgements are held to, YYYY-MM-DD. Default: today in UTC. */
  readonly today?: string;
}

export interface MigrationReport {
  readonly digest: Digest;
  /** The bundle that served before and still may; absent at the first creation. */
  readonly previous?: Digest;
  /** Schema changes that were run, in order; empty when the schema stood already. */
  readonly statements: readonly DdlStatement[];
  /** Acknowledged deletions that have to wait, and why. */
  readonly waiting: readonly string[];
}

const usualPatience: LockPatience = { lockTimeout: 2000, attempts: 12, pause: 500, rewriteTimeout: 10_000 };

/**
 * Makes the database serve a bundle beside the previous one: expands the schema, fills and proves what is new, lists the bundle, and
 * drops what an acknowledgement names and neither of the two uses. May be run again after any failure.
 * @throws MigrationError refused (nothing was changed), locked or failed (what served before still serves).
 */
export async function migrate(options: MigrateOptions): Promise<MigrationReport> {
  const { client } = options;
  const patience = { ...usualPatience, ...options.patience };
  describeSchema(options.bundle); // what the database cannot hold is told before anything is locked
  return withMigrationLock(client, patience, async () => {
    await checkRoles(options);
    const guarded = await standSystemTables(client, patience);
    const { plan, state, previous } = await prepare(options);
    const work: Work = { options, patience, plan, isLockAccepted: acceptedLocks(state) };
    const { migration, standing } = await expand(work, state);
    const filled = await runPhase(work, migration, standing, "backfill");
    const proved = await runPhase(work, migration, filled, "validate");
    await inTransaction(client, patience, () =>
      listBundle(options, previous, {
        statements: plan.statements.length,
        ...(guarded.length === 0 ? {} : { guarded }),
      }),
    );
    await runPhase(work, migration, proved, "contract");
    await stored.noteProgress(client, migration, plan.finished, []);
    await stored.finishMigration(client, migration, await readCatalogue(client));
    return reportOf(options.bundle, previous, plan);
  });
}

interface Work {
  readonly options: MigrateOptions;
  readonly patience: LockPatience;
  readonly plan: FullPlan;
  readonly isLockAccepted: (statement: DdlStatement) => boolean;
}

interface Prepared {
  readonly plan: FullPlan;
  readonly state: PlanState;
  readonly previous: Bundle | undefined;
}

/**
 * Their locks would stop every call that writes its audit record, so they are taken only where something is missing, or where the
 * log can be changed. Resolves to the tables that could be, for the record: what stands again shows nothing of it.
 */
async function standSystemTables(client: MigrationClient, patience: LockPatience): Promise<readonly string[]> {
  const isStanding = (await stored.readSystemMark(client)) === systemMark;
  const { rows } = await client.query(openTables);
  if (isStanding && rows.length === 0) return [];
  await inTransaction(client, patience, async () => {
    for (const statement of isStanding ? guardStatements : systemStatements) await run(client, statement);
  });
  return rows.map(({ table }) => String(table));
}

async function prepare(options: MigrateOptions): Promise<Prepared> {
  const { client, bundle, deployment } = options;
  const found = await stored.readState(client);
  const own = found.serving.find(({ bundle: { digest } }) => digest === bundle.digest);
  const other = found.serving.find(({ bundle: { digest } }) => digest !== bundle.digest);
  const state: PlanState = {
    next: bundle,
    other: other?.bundle,
    isReturn: own !== undefined && other !== undefined && own.storedAt < other.storedAt,
    standing: found.standing,
    acknowledgements: deployment.migrations ?? [],
    today: options.today ?? new Date().toISOString().slice(0, 10),
  };
  const plan = planFrom(state);
  await checkPlan({ client, plan, state, found, planDigest: options.planDigest });
  return { plan, state, previous: other?.bundle };
}

function acceptedLocks({ acknowledgements, today }: PlanState): Work["isLockAccepted"] {
  const names = new Set(
    acknowledgements.filter(({ action, expires }) => action === "lock" && expires >= today).map(({ entity }) => entity),
  );
  return ({ entity = "" }) => names.has(entity);
}

interface Begun {
  readonly migration: string;
  readonly standing: SchemaModel;
}

/** Everything that takes strong locks, in one short transaction with the note of what then stands. */
async function expand(work: Work, state: PlanState): Promise<Begun> {
  const { options, patience, plan } = work;
  const { client, bundle } = options;
  const statements = plan.statements.filter(({ phase }) => phase === "expand");
  await limitStatements(client, limitOf(work, statements));
  return inTransaction(client, patience, async () => {
    for (const statement of statements) await run(client, statement);
    // The table that the old release knows is a view from now on, which nobody has a right to yet.
    if (statements.some(({ kind }) => kind === "view")) await grantRights(options, state.other);
    await stored.storeBundle(client, bundle);
    const standing = beforeSettling(plan.listed, state.standing, plan.statements);
    return { migration: await stored.beginMigration(client, bundle.digest, standing, plan.statements), standing };
  });
}

/** Runs the statements of a phase, each by itself, and notes what stands after each. */
async function runPhase(work: Work, migration: string, standing: SchemaModel, phase: Phase): Promise<SchemaModel> {
  const { options, patience, plan } = work;
  const { client } = options;
  let now = standing;
  for (const [index, statement] of plan.statements.entries()) {
    if (statement.phase !== phase) continue;
    await limitStatements(client, limitOf(work, [statement]));
    await (phase === "backfill" ? runBackfill : runAlone)(client, patience, statement);
    if (statement.settles !== undefined) now = settle(now, plan.listed, statement.settles);
    await stored.noteProgress(client, migration, now, plan.statements.slice(index + 1));
  }
  await limitStatements(client, 0);
  return now;
}

/** Milliseconds that statements may take which others wait for; 0 where nobody waits, or waiting is accepted. */
function limitOf({ patience, isLockAccepted }: Work, statements: readonly DdlStatement[]): number {
  const waitedFor = statements.filter(({ lock }) => lock === "ACCESS EXCLUSIVE" || lock === "SHARE ROW EXCLUSIVE");
  if (waitedFor.length === 0) return 0;
  return waitedFor.some((statement) => statement.rewritesTable === true && isLockAccepted(statement))
    ? 0
    : patience.rewriteTimeout;
}

function reportOf({ digest }: Bundle, previous: Bundle | undefined, plan: FullPlan): MigrationReport {
  return {
    digest,
    ...(previous === undefined ? {} : { previous: previous.digest }),
    statements: plan.statements,
    waiting: plan.waiting.map(({ message }) => message),
  };
}
