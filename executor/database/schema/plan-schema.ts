// Decision: a plan is the difference of what stands and what is wanted; 0012 says in which order and under which locks.
import { qualified, quoted } from "../identifier.ts";
import { createTable } from "./create-table.ts";
import { planColumns } from "./plan-columns.ts";
import { computedAnew, planComputed, withoutColumns } from "./plan-computed.ts";
import { planConstraints } from "./plan-constraints.ts";
import { planIndexes } from "./plan-indexes.ts";
import { dropTrigger, planTriggers } from "./plan-triggers.ts";
import { planRename } from "./rename-table.ts";
import type { BackfillModel, DdlStatement, SchemaModel, TableModel } from "./schema-model.ts";

const nothing: SchemaModel = { tables: {}, needsBtreeGist: false };

export interface SchemaPlan {
  readonly statements: readonly DdlStatement[];
  /** What stands when they have run: also columns and tables that are wanted no more. */
  readonly standing: SchemaModel;
}

/** New table names by the names under which they stand. */
export type TableRenames = Readonly<Record<string, string>>;

/** Plans the way from what stands to what is wanted; pure. It drops neither table nor column. */
export function planSchema(next: SchemaModel, standing: SchemaModel = nothing, renames: TableRenames = {}): SchemaPlan {
  const renamed = planRename(standing, next, renames);
  const before = renamed.standing;
  const plans = Object.entries(next.tables).flatMap(([name, table]) => planTable(name, table, before.tables[name]));
  const retired = Object.entries(before.tables).filter(([name]) => next.tables[name] === undefined);
  const statements = [
    ...extension(next, before),
    ...Object.values(before.tables).flatMap((table) => dropView(table, next)),
    ...renamed.statements,
    ...plans,
    ...retired.flatMap(([name, table]) => retire(name, table)),
    ...Object.entries(next.tables).flatMap(([name, table]) => createView(name, table)),
  ];
  return { statements: inOrder(statements), standing: merge(next, before) };
}

function planTable(name: string, next: TableModel, standing: TableModel | undefined): readonly DdlStatement[] {
  if (standing === undefined) {
    const nothingYet = { ...next, constraints: {}, indexes: {}, triggers: {} };
    return [...createTable(name, next), ...planParts(name, next, nothingYet, true)];
  }
  const computed = computedAnew(next, standing);
  const before = withoutColumns(standing, computed, false);
  return [
    ...planColumns(name, next, standing),
    ...planBackfills(name, next, before),
    ...planComputed(name, next, standing, computed),
    ...planParts(name, withoutColumns(next, computed, true), before, false),
  ];
}

function planParts(name: string, next: TableModel, before: TableModel, isNew: boolean): readonly DdlStatement[] {
  return [
    ...planConstraints(name, next, before, isNew),
    ...planIndexes(name, next, before, isNew),
    ...planTriggers(name, next, before, isNew),
  ];
}

/** Rows are changed in batches of a thousand, by key: `$1` is the last key of the batch before. */
function planBackfills(table: string, next: TableModel, standing: TableModel): readonly DdlStatement[] {
  const rows = qualified("app", table);
  return dueBackfills(next, standing).map(({ column, value, where }) => ({
    sql:
      `WITH "batch" AS (SELECT "id" FROM ${rows} WHERE "id" > $1 ORDER BY "id" LIMIT 1000 FOR NO KEY UPDATE), ` +
      `"filled" AS (UPDATE ${rows} SET ${quoted(column)} = ${value} FROM "batch" ` +
      `WHERE ${rows}."id" = "batch"."id" AND (${where})) ` +
      `SELECT "id"::text FROM "batch" ORDER BY "batch"."id" DESC LIMIT 1`,
    kind: "column",
    purpose: `${column} of ${next.entity} is filled in every row, in batches`,
    phase: "backfill",
    lock: "ROW EXCLUSIVE",
    entity: next.entity,
  }));
}

/** The changes of rows that are not proved to be done. */
export function dueBackfills(next: TableModel, standing: TableModel): readonly BackfillModel[] {
  return [...(next.backfills ?? []), ...defaultBackfills(next, standing)].filter(({ proof, column }) => {
    if (proof === undefined) return standing.columns[column]?.nullable !== false;
    const before = standing.constraints[proof];
    return before?.definition !== next.constraints[proof]?.definition || before?.isValidated === false;
  });
}

/** Null becomes the default where it is allowed no more. */
function defaultBackfills(next: TableModel, standing: TableModel): readonly BackfillModel[] {
  return Object.entries(next.columns).flatMap(([column, { nullable, default: value }]) => {
    const isTightened = !nullable && standing.columns[column]?.nullable === true;
    return isTightened && value !== undefined ? [{ column, value, where: `${quoted(column)} IS NULL` }] : [];
  });
}

/** A table that no listed bundle knows keeps its rows, and stands in nobody's way. */
function retire(name: string, { entity, constraints, triggers }: TableModel): readonly DdlStatement[] {
  const references = Object.entries(constraints).filter(([, { kind }]) => kind === "foreignKey");
  return [
    ...references.map(([constraint]): DdlStatement => {
      const sql = `ALTER TABLE ${qualified("app", name)} DROP CONSTRAINT IF EXISTS ${quoted(constraint)}`;
      const purpose = `${entity} is kept and no longer used`;
      return { sql, kind: "constraint", purpose, phase: "expand", lock: "ACCESS EXCLUSIVE", entity };
    }),
    ...Object.keys(triggers).flatMap((trigger) => dropTrigger(name, trigger, entity)),
  ];
}

function dropView({ view, entity }: TableModel, next: SchemaModel): readonly DdlStatement[] {
  if (view === undefined) return [];
  const sql = `DROP VIEW IF EXISTS ${qualified("app", view.name)}`;
  const isKept = Object.values(next.tables).some((table) => table.view?.name === view.name);
  const purpose = isKept ? `${view.name} is made again` : `no listed bundle knows ${entity} as ${view.name}`;
  return [{ sql, kind: "schema", purpose, phase: "expand", lock: "ACCESS EXCLUSIVE", entity }];
}

function createView(name: string, { view, entity }: TableModel): readonly DdlStatement[] {
  if (view === undefined) return [];
  const columns = view.columns.map(quoted).join(", ");
  const sql = `CREATE VIEW ${qualified("app", view.name)} AS SELECT ${columns} FROM ${qualified("app", name)}`;
  const purpose = `the other listed bundle knows ${entity} as ${view.name}`;
  return [{ sql, kind: "view", purpose, phase: "expand", lock: "none", entity }];
}

const order: Readonly<Record<DdlStatement["phase"], readonly DdlStatement["kind"][]>> = {
  expand: ["system", "schema", "rename", "table", "column", "constraint", "index", "trigger", "view", "grant"],
  backfill: ["column"],
  validate: ["constraint", "column", "computed", "exclusion", "index", "trigger"],
  contract: ["drop"],
};
const phases = Object.keys(order);

/** Tables before what refers to them, proofs before what rests on them. */
function inOrder(statements: readonly DdlStatement[]): readonly DdlStatement[] {
  const rank = ({ kind, phase }: DdlStatement): number => phases.indexOf(phase) * 100 + order[phase].indexOf(kind);
  return statements.toSorted((a, b) => rank(a) - rank(b));
}

function extension(next: SchemaModel, standing: SchemaModel): readonly DdlStatement[] {
  if (!next.needsBtreeGist || standing.needsBtreeGist) return [];
  const place = {
    kind: "schema",
    purpose: "equality in exclusion constraints",
    phase: "expand",
    lock: "none",
  } as const;
  return [
    { sql: `CREATE SCHEMA IF NOT EXISTS "lintel_extensions"`, ...place },
    { sql: `CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA "lintel_extensions"`, ...place },
  ];
}

function merge(next: SchemaModel, standing: SchemaModel): SchemaModel {
  const tables = Object.entries(next.tables).map(([name, table]) => {
    const retired = Object.entries(standing.tables[name]?.columns ?? {})
      .filter(([column]) => table.columns[column] === undefined)
      .map(([column, model]) => [column, retiredModel(model)] as const);
    return [name, { ...wanted(table), columns: { ...Object.fromEntries(retired), ...table.columns } }] as const;
  });
  const others = Object.entries(standing.tables)
    .filter(([name]) => next.tables[name] === undefined)
    .map(([name, table]) => [name, retiredTable(table)] as const);
  return {
    tables: Object.fromEntries([...others, ...tables]),
    needsBtreeGist: next.needsBtreeGist || standing.needsBtreeGist,
  };
}

/** What is kept of a table that stands: how it came to be is of no interest any more. */
function wanted({ entity, columns, constraints, indexes, triggers, view }: TableModel): TableModel {
  return { entity, columns, constraints, indexes, triggers, ...(view === undefined ? {} : { view }) };
}

function retiredModel(model: TableModel["columns"][string]): TableModel["columns"][string] {
  const stays = model.default !== undefined || model.generated !== undefined;
  return stays ? model : { ...model, nullable: true };
}

function retiredTable({ view: _, ...table }: TableModel): TableModel {
  const kept = Object.entries(table.constraints).filter(([, { kind }]) => kind !== "foreignKey");
  return { ...table, constraints: Object.fromEntries(kept), triggers: {} };
}
