import { type Bundle, columnName, type Digest, digestOf, type MigrationAcknowledgement } from "@lintel/specs";
import { describeSchema } from "../schema/describe-schema.ts";
import { planSchema } from "../schema/plan-schema.ts";
import type { DdlStatement, LockClass, Phase, SchemaModel, SchemaProblem } from "../schema/schema-model.ts";
import { type Bridge, bridgeBundles, fieldRenames } from "./bridge/bridge-bundles.ts";
import { entityRenames, renameEntities } from "./bridge/rename-entities.ts";
import { tableRenames, targetSchema } from "./bridge/target-schema.ts";
import { keptColumnsInTheWay } from "./kept-columns.ts";
import { planDrops, type Waiting } from "./plan-drops.ts";
import { refusalsOf } from "./refusals.ts";

/** One statement of a migration, as a reviewer reads it. */
export interface MigrationStep {
  /** Stable within the plan: its place and what it does, such as `3-column`. */
  readonly id: string;
  /** A backfill's `$1` is the last key of the batch before. */
  readonly sql: string;
  readonly lock: LockClass;
  readonly phase: Phase;
  /** Whether it runs in one transaction with the other steps of its phase. */
  readonly transactional: boolean;
  readonly isDestructive: boolean;
  /** Reads or writes the whole table while it is locked: bounded by a time limit unless `lock: Entity` is acknowledged. */
  readonly rewritesTable: boolean;
  readonly description: string;
  readonly entity?: string;
}

export interface MigrationPlan {
  readonly steps: readonly MigrationStep[];
  /** Why the migration would not begin; `steps` may then be empty. */
  readonly refusals: readonly SchemaProblem[];
  /** Acknowledged deletions that do not happen in this release. */
  readonly waiting: readonly Waiting[];
  /** Entities and fields of the deployed release that the next one lacks: kept, until an acknowledgement drops them. */
  readonly retired: readonly Retired[];
  /** Of the steps; the job refuses to run another plan than the one of `LINTEL_PLAN_DIGEST`. */
  readonly digest: Digest;
}

export interface Retired {
  readonly entity: string;
  readonly field?: string;
}

export interface PlanOptions {
  readonly acknowledgements?: readonly MigrationAcknowledgement[];
  /** YYYY-MM-DD; acknowledgements that expired before do not count. Default: none has. */
  readonly today?: string;
  /** Whether `next` served before `deployed` did and stays listed beside it: a way back. */
  readonly isReturn?: boolean;
}

/**
 * What a migration from one bundle to the next will do; pure, for previews. The job plans again from what its database says stands.
 * @param deployed the bundle that serves now; undefined for a new database
 * @throws StatementError naming the entity and what of it the database cannot hold
 */
export function planMigration(deployed: Bundle | undefined, next: Bundle, options: PlanOptions = {}): MigrationPlan {
  const isSame = deployed?.digest === next.digest;
  const standing = deployed === undefined ? undefined : describeSchema(deployed);
  const state = {
    next,
    other: isSame ? undefined : deployed,
    isReturn: options.isReturn ?? false,
    standing: standing === undefined ? undefined : withRetired(standing, dropsOf(options, [deployed, next])),
    acknowledgements: options.acknowledgements ?? [],
    today: options.today ?? "",
  };
  const { statements, refusals, waiting } = planFrom(state);
  const steps = statements.map(stepOf);
  const retired = state.other === undefined ? [] : retiredBy(next, state.other);
  return { steps, refusals, waiting, retired, digest: planDigest(statements) };
}

function retiredBy(next: Bundle, deployed: Bundle): readonly Retired[] {
  const own = new Map(next.entities.map((entity) => [entity.name, entity]));
  const renamed = renameEntities(deployed, entityRenames(next, deployed));
  return renamed.entities.flatMap((before): readonly Retired[] => {
    const entity = own.get(before.name);
    if (entity === undefined) return [{ entity: before.name }];
    const kept = new Set([
      ...entity.fields.map(({ name }) => name),
      ...fieldRenames(entity, before).map(({ from }) => from.name),
    ]);
    return before.fields
      .filter(({ name }) => !kept.has(name))
      .map(({ name: field }) => ({ entity: before.name, field }));
  });
}

export interface PlanState {
  readonly next: Bundle;
  /** The bundle that stays listed beside it. */
  readonly other: Bundle | undefined;
  readonly isReturn: boolean;
  readonly standing: SchemaModel | undefined;
  readonly acknowledgements: readonly MigrationAcknowledgement[];
  /** YYYY-MM-DD */
  readonly today: string;
}

export interface FullPlan {
  readonly statements: readonly DdlStatement[];
  readonly refusals: readonly SchemaProblem[];
  readonly waiting: readonly Waiting[];
  readonly target: SchemaModel;
  /** What stands when everything but `contract` has run, and when all has. */
  readonly listed: SchemaModel;
  readonly finished: SchemaModel;
}

/** Plans from what stands. Pure. */
export function planFrom(state: PlanState): FullPlan {
  const { next, other, isReturn, standing, acknowledgements, today } = state;
  const refused = other === undefined || isReturn ? [] : refusalsOf(other, next);
  if (refused.length > 0) return refusedPlan(refused, standing);
  const bridge: Bridge = bridgeBundles(next, other, isReturn);
  const target = targetSchema(bridge);
  const kept = keptColumnsInTheWay(target, standing, bridge);
  if (kept.length > 0) return refusedPlan(kept, standing);
  const schema = planSchema(target, standing, tableRenames(bridge));
  const drops = planDrops({ next, bridge, target, standing: schema.standing, acknowledgements, today });
  return {
    statements: [...schema.statements, ...drops.statements],
    refusals: [...computedUnderView(schema.statements, target), ...drops.refusals],
    waiting: drops.waiting,
    target,
    listed: schema.standing,
    finished: drops.standing,
  };
}

const nothing: SchemaModel = { tables: {}, needsBtreeGist: false };

/** What cannot be described cannot be planned. */
function refusedPlan(refusals: readonly SchemaProblem[], standing: SchemaModel = nothing): FullPlan {
  return { statements: [], refusals, waiting: [], target: standing, listed: standing, finished: standing };
}

/** A column cannot be made anew under the view that keeps the entity's old name. */
function computedUnderView(statements: readonly DdlStatement[], target: SchemaModel): readonly SchemaProblem[] {
  const viewed = new Set(
    Object.values(target.tables).flatMap(({ view, entity }) => (view === undefined ? [] : [entity])),
  );
  return statements
    .filter(({ kind, entity }) => kind === "computed" && viewed.has(entity ?? ""))
    .map(({ entity = "" }) => ({
      code: "rename-and-change",
      entity,
      message: `${entity} would be renamed, and compute fields otherwise, in one release`,
      hint: "rename it now, and change it in the next release",
    }));
}

/** Of the statements' text, in order. */
function planDigest(statements: readonly DdlStatement[]): Digest {
  return digestOf(statements.map(({ sql }) => sql));
}

/** Acknowledged drops, but for old names of entities that were renamed: no table of their own stands. */
function dropsOf(
  { acknowledgements = [] }: PlanOptions,
  bundles: readonly (Bundle | undefined)[],
): readonly MigrationAcknowledgement[] {
  const entities = bundles.flatMap((bundle) => bundle?.entities ?? []);
  const renamed = new Set(entities.map(({ renamedFrom }) => renamedFrom));
  return acknowledgements.filter(({ action, entity, field }) => {
    return action === "drop" && (field !== undefined || !renamed.has(entity));
  });
}

/** What an acknowledgement names and the deployed bundle lacks: only the database knows whether it still stands. */
function withRetired(standing: SchemaModel, drops: readonly MigrationAcknowledgement[]): SchemaModel {
  return drops.reduce<SchemaModel>((model, { entity, field }) => {
    const name = columnName(entity);
    const table = model.tables[name];
    if (field === undefined) {
      const gone = { entity, columns: {}, constraints: {}, indexes: {}, triggers: {} };
      return table === undefined ? { ...model, tables: { ...model.tables, [name]: gone } } : model;
    }
    const column = columnName(field);
    if (table === undefined || table.columns[column] !== undefined) return model;
    const columns = { ...table.columns, [column]: { type: "unknown", nullable: true } };
    return { ...model, tables: { ...model.tables, [name]: { ...table, columns } } };
  }, standing);
}

function stepOf(statement: DdlStatement, index: number): MigrationStep {
  const { sql, lock, phase, kind, purpose, entity } = statement;
  return {
    id: `${String(index + 1)}-${kind}`,
    sql,
    lock,
    phase,
    transactional: phase === "expand",
    isDestructive: statement.isDestructive ?? false,
    rewritesTable: statement.rewritesTable ?? false,
    description: purpose,
    ...(entity === undefined ? {} : { entity }),
  };
}
