import { type Bundle, columnName, type MigrationAcknowledgement } from "@lintel/specs";
import { qualified, quoted } from "../identifier.ts";
import type { DdlStatement, SchemaModel, SchemaProblem, TableModel } from "../schema/schema-model.ts";
import type { Bridge } from "./bridge/bridge-bundles.ts";

/** An acknowledged deletion that does not happen yet. */
export interface Waiting {
  readonly entity: string;
  readonly field?: string;
  readonly message: string;
}

export interface DropPlan {
  readonly statements: readonly DdlStatement[];
  readonly waiting: readonly Waiting[];
  readonly refusals: readonly SchemaProblem[];
  /** What stands when they have run. */
  readonly standing: SchemaModel;
}

export interface DropRequest {
  readonly next: Bundle;
  readonly bridge: Bridge;
  readonly target: SchemaModel;
  readonly standing: SchemaModel;
  readonly acknowledgements: readonly MigrationAcknowledgement[];
  /** YYYY-MM-DD */
  readonly today: string;
}

/** Drops what an acknowledgement names and no listed bundle uses; what one of them uses waits, or is refused. Pure. */
export function planDrops(request: DropRequest): DropPlan {
  const drops = request.acknowledgements.filter(({ action }) => action === "drop");
  const start: DropPlan = { statements: [], waiting: [], refusals: [], standing: request.standing };
  return drops.reduce((plan, drop) => planDrop(request, plan, drop), start);
}

function planDrop(request: DropRequest, plan: DropPlan, drop: MigrationAcknowledgement): DropPlan {
  const { entity, field } = drop;
  const subject = { entity, ...(field === undefined ? {} : { field }) };
  const name = field === undefined ? entity : `${entity}.${field}`;
  const wait = (message: string): DropPlan => ({ ...plan, waiting: [...plan.waiting, { ...subject, message }] });
  if (isInSpecs(request.next, drop)) {
    const message = `${name} is to be dropped, and is still in the specs`;
    const hint = "remove it from the specs, or the acknowledgement";
    return { ...plan, refusals: [...plan.refusals, { code: "drop-still-used", ...subject, message, hint }] };
  }
  const place = placeOf(plan.standing, drop, request.bridge);
  if (place === undefined) return plan;
  if (isUsed(request.target, place)) {
    return wait(`the release before still uses ${name}; the next release drops it`);
  }
  if (!(drop.expires >= request.today)) return wait(`the acknowledgement to drop ${name} expired on ${drop.expires}`);
  const { table, column } = place;
  const model = plan.standing.tables[table];
  if (model === undefined) return plan;
  const dependent = column === undefined ? undefined : dependentOn(model, column);
  if (dependent !== undefined) return wait(`${dependent} is computed from ${name}; drop ${dependent} first`);
  return {
    ...plan,
    statements: [...plan.statements, ...dropStatements(table, column, name)],
    standing: without(plan.standing, table, column),
  };
}

interface Place {
  readonly table: string;
  readonly column: string | undefined;
}

/** Where what has this name stands: a renamed entity may be named by either name. */
function placeOf(standing: SchemaModel, drop: MigrationAcknowledgement, { renames }: Bridge): Place | undefined {
  const named = columnName(drop.entity);
  const table = renames.find(({ from }) => from.table === named)?.to.table ?? named;
  const column = drop.field === undefined ? undefined : columnName(drop.field);
  const model = standing.tables[table];
  if (model === undefined || (column !== undefined && model.columns[column] === undefined)) return undefined;
  return { table, column };
}

function isInSpecs({ entities }: Bundle, { entity, field }: MigrationAcknowledgement): boolean {
  const found = entities.find(({ name }) => name === entity);
  if (found === undefined || field === undefined) return found !== undefined;
  return found.status?.field === field || found.fields.some(({ name }) => name === field);
}

function isUsed(target: SchemaModel, { table, column }: Place): boolean {
  const model = target.tables[table];
  return column === undefined ? model !== undefined : model?.columns[column] !== undefined;
}

function dependentOn({ columns }: TableModel, column: string): string | undefined {
  return Object.entries(columns).find(([, { generated }]) => generated?.includes(quoted(column)))?.[0];
}

function dropStatements(table: string, column: string | undefined, name: string): readonly DdlStatement[] {
  const place = { kind: "drop", phase: "contract", lock: "ACCESS EXCLUSIVE", isDestructive: true } as const;
  if (column !== undefined) {
    const sql = `ALTER TABLE ${qualified("app", table)} DROP COLUMN IF EXISTS ${quoted(column)}`;
    return [{ sql, purpose: `the values of ${name} are deleted, as acknowledged`, ...place }];
  }
  return [
    {
      sql: `DROP TABLE IF EXISTS ${qualified("app", table)}`,
      purpose: `all rows of ${name} are deleted, as acknowledged`,
      ...place,
    },
    {
      sql: `DROP TABLE IF EXISTS ${qualified("history", table)}`,
      purpose: `the history of ${name} is deleted, as acknowledged`,
      ...place,
    },
  ];
}

function without(standing: SchemaModel, table: string, column: string | undefined): SchemaModel {
  const { [table]: model, ...others } = standing.tables;
  if (model === undefined || column === undefined) return { ...standing, tables: others };
  const { [column]: _, ...columns } = model.columns;
  return { ...standing, tables: { ...others, [table]: { ...model, columns } } };
}
