// What stands in a table only while two bundles are listed: triggers that keep both names of a field in step, or give values
// that the newer bundle knows to what the older one writes; and the rows that have to be changed.
import type { Entity, Field } from "@lintel/specs";
import { columnOf } from "../../columns.ts";
import { boundedName, literal, qualified, quoted } from "../../identifier.ts";
import { describeColumns } from "../../schema/describe-columns.ts";
import { type NamedTrigger, named } from "../../schema/named-trigger.ts";
import type { BackfillModel, ConstraintModel, TableModel } from "../../schema/schema-model.ts";
import type { Bridge, BridgedEntity, FieldRename } from "./bridge-bundles.ts";

/** The table with what it needs in between; `table` describes the bridged entity. */
export function withBridgeRules(table: TableModel, bridged: BridgedEntity, bridge: Bridge): TableModel {
  const { entity, renames } = bridged;
  const translations = bridge.isReturn ? [] : translationsOf(bridged);
  const fills = bridge.isReturn ? [] : fillsOf(bridged, table);
  const triggers = [
    ...renames.map((rename) => syncTrigger(entity, rename, table)),
    ...translations.map((translation) => translateTrigger(entity, translation)),
    ...fills.map((fill) => fillTrigger(entity, fill)),
  ];
  const view = bridge.renames.find(({ to }) => to.table === entity.table);
  const backfills = [
    ...renames.map((rename) => renameBackfill(entity, rename)),
    ...translations.map((translation) => translateBackfill(entity, translation)),
  ];
  return {
    ...table,
    columns: withTwins(table.columns, entity, renames),
    constraints: { ...table.constraints, ...Object.fromEntries(renames.map((rename) => inStep(entity, rename))) },
    triggers: { ...table.triggers, ...Object.fromEntries(triggers.map(({ name, trigger }) => [name, trigger])) },
    ...(backfills.length === 0 ? {} : { backfills }),
    ...(renames.length === 0 ? {} : { lateTriggers: renames.map(({ to }) => liveName(entity, to)) }),
    ...(view === undefined ? {} : { view: { name: view.from.table, columns: Object.keys(table.columns) } }),
  };
}

function withTwins(
  columns: TableModel["columns"],
  entity: Entity,
  renames: readonly FieldRename[],
): TableModel["columns"] {
  const pairs = renames.map(({ from, to }) => [from, to].map(({ name }) => columnOf(entity, name).column));
  const twins = new Map(pairs.flatMap(([from = "", to = ""]) => [[from, to] as const, [to, from] as const]));
  const marked = Object.entries(columns).map(([name, column]) => {
    const twin = twins.get(name);
    return [name, twin === undefined ? column : { ...column, twin }] as const;
  });
  return Object.fromEntries(marked);
}

const changes = "BEFORE INSERT OR UPDATE ON TABLE FOR EACH ROW";

/** Of the trigger that refuses references to deleted rows: rows which stand may have such, and are moved as they are. */
function liveName(entity: Entity, field: Field): string {
  return boundedName(entity.table, columnOf(entity, field.name).column, "live");
}

function inStepName(entity: Entity, { to }: FieldRename): string {
  return boundedName(entity.table, columnOf(entity, to.name).column, "in_step");
}

function columnsOfRename(entity: Entity, { from, to }: FieldRename): readonly [string, string] {
  return [quoted(columnOf(entity, from.name).column), quoted(columnOf(entity, to.name).column)];
}

function inStep(entity: Entity, rename: FieldRename): readonly [string, ConstraintModel] {
  const [from, to] = columnsOfRename(entity, rename);
  return [inStepName(entity, rename), { kind: "check", definition: `CHECK (${to} IS NOT DISTINCT FROM ${from})` }];
}

function renameBackfill(entity: Entity, rename: FieldRename): BackfillModel {
  const [from, to] = columnsOfRename(entity, rename).map((column) => `${qualified("app", entity.table)}.${column}`);
  return {
    column: columnOf(entity, rename.to.name).column,
    value: from ?? "",
    where: `${to ?? ""} IS DISTINCT FROM ${from ?? ""}`,
    proof: inStepName(entity, rename),
  };
}

/** An insert that gives the old name a value comes from the older bundle; an update, from whoever changed its name. */
function syncTrigger(entity: Entity, rename: FieldRename, table: TableModel): NamedTrigger {
  const [from, to] = columnsOfRename(entity, rename);
  const column = columnOf(entity, rename.to.name).column;
  const fallback = table.columns[column]?.nullable === false ? defaultOf(entity, rename.from) : undefined;
  const missing = fallback === undefined ? "" : `IF NEW.${to} IS NULL THEN NEW.${to} := ${fallback}; END IF; `;
  const body =
    `IF TG_OP = 'INSERT' THEN ` +
    `IF NEW.${from} IS NOT NULL THEN NEW.${to} := NEW.${from}; ELSE ${missing}NEW.${from} := NEW.${to}; END IF; ` +
    `ELSIF NEW.${to} IS DISTINCT FROM OLD.${to} THEN NEW.${from} := NEW.${to}; ` +
    `ELSE NEW.${to} := NEW.${from}; END IF; RETURN NEW;`;
  // Triggers run in the order of their names: digits come before letters.
  return named(entity, boundedName("0", entity.table, column, "sync"), changes, body);
}

function defaultOf(entity: Entity, field: Field): string | undefined {
  return describeColumns({ ...entity, fields: [field] }, [entity])[columnOf(entity, field.name).column]?.default;
}

interface Translation {
  readonly column: string;
  /** New values by old ones. */
  readonly values: Readonly<Record<string, string>>;
}

/** Values that the other bundle still writes and the new one no longer knows. */
function translationsOf({ next, other }: BridgedEntity): readonly Translation[] {
  if (other === undefined) return [];
  const fields = next.fields.flatMap((field) => {
    const twin = other.fields.find(({ name }) => name === field.name);
    return translation(next, field.name, twin?.values, field.values, field.renamedValues);
  });
  const { status } = next;
  const states =
    status === undefined || other.status?.field !== status.field
      ? []
      : translation(next, status.field, other.status.states, status.states, status.renamedStates);
  return [...fields, ...states];
}

function translation(
  entity: Entity,
  field: string,
  before: readonly string[] | undefined,
  after: readonly string[] | undefined,
  mapping: Readonly<Record<string, string>> | undefined,
): readonly Translation[] {
  const gone = (before ?? []).flatMap((value) => {
    const to = mapping?.[value];
    return after?.includes(value) === true || to === undefined ? [] : [[value, to] as const];
  });
  return gone.length === 0 ? [] : [{ column: columnOf(entity, field).column, values: Object.fromEntries(gone) }];
}

function caseOf(column: string, { values }: Translation): string {
  const cases = Object.entries(values).map(([from, to]) => `WHEN ${literal(from)} THEN ${literal(to)}`);
  return `CASE ${column} ${cases.join(" ")} ELSE ${column} END`;
}

function translateTrigger(entity: Entity, translation: Translation): NamedTrigger {
  const column = `NEW.${quoted(translation.column)}`;
  const name = boundedName("1", entity.table, translation.column, "translate");
  return named(entity, name, changes, `${column} := ${caseOf(column, translation)}; RETURN NEW;`);
}

function translateBackfill(entity: Entity, translation: Translation): BackfillModel {
  const column = `${qualified("app", entity.table)}.${quoted(translation.column)}`;
  const old = Object.keys(translation.values).map((value) => literal(value));
  return {
    column: translation.column,
    value: caseOf(column, translation),
    where: `${column} IN (${old.join(", ")})`,
    proof: boundedName(entity.table, translation.column, "values"),
  };
}

interface Fill {
  readonly column: string;
  /** SQL constant. */
  readonly value: string;
}

/** Fields that may be null no more and have a default: what the other bundle leaves out, or says is null, gets it. */
function fillsOf({ next, other }: BridgedEntity, table: TableModel): readonly Fill[] {
  return next.fields.flatMap((field) => {
    const twin = other?.fields.find(({ name }) => name === field.name);
    if (twin?.nullable !== true || field.nullable || field.computed !== undefined) return [];
    const { column } = columnOf(next, field.name);
    const value = table.columns[column]?.default;
    return value === undefined ? [] : [{ column, value }];
  });
}

function fillTrigger(entity: Entity, { column, value }: Fill): NamedTrigger {
  const cell = `NEW.${quoted(column)}`;
  const name = boundedName("1", entity.table, column, "fill");
  return named(entity, name, changes, `IF ${cell} IS NULL THEN ${cell} := ${value}; END IF; RETURN NEW;`);
}
