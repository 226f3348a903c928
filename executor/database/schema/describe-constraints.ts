import type { Entity, Exclusion, ExclusionPart, Field } from "@lintel/specs";
import { columnOf, entityNamed } from "../columns.ts";
import { boundedName, qualified, quoted } from "../identifier.ts";
import { StatementError } from "../statement.ts";
import { conditionSql } from "./expression-ddl.ts";
import { isRowLocal } from "./row-local.ts";
import type { ConstraintModel } from "./schema-model.ts";

/** Range types by the type of their bounds. */
const rangeTypes: Readonly<Partial<Record<Field["type"], string>>> = {
  date: "daterange",
  instant: "tstzrange",
  integer: "int8range",
  money: "int8range",
  duration: "int8range",
  decimal: "numrange",
};

/** A reference from one of an entity's fields to another entity. */
export interface Reference {
  readonly field: string;
  readonly entity: string;
  readonly onDelete: "restrict" | "cascade" | "setNull";
}

/** Every reference of an entity: its `ref` fields and the fields of its belongsTo relationships, once each. */
export function referencesOf(entity: Entity): readonly Reference[] {
  const related = entity.relationships
    .filter(({ type }) => type === "belongsTo")
    .map(({ field, entity: other, onDelete }) => ({ field, entity: other, onDelete }));
  const named = new Set(related.map(({ field }) => field));
  const plain = entity.fields.flatMap(({ name, ref }) =>
    ref === undefined || named.has(name) ? [] : [{ field: name, entity: ref, onDelete: "restrict" as const }],
  );
  return [...related, ...plain];
}

/** Name of the foreign key of a reference. */
export function foreignKeyName(entity: Entity, reference: Reference): string {
  return boundedName(entity.table, columnOf(entity, reference.field).column, "fkey");
}

/** Name of the constraint that holds an invariant. */
export function invariantName(entity: Entity, invariant: string): string {
  return boundedName(entity.table, invariant);
}

/** Name of the exclusion constraint, and of the check that its ranges are in order. */
export function exclusionName(entity: Entity, exclusion: string, suffix?: "order"): string {
  return boundedName(entity.table, exclusion, ...(suffix === undefined ? [] : [suffix]));
}

export function describeForeignKeys(
  entity: Entity,
  entities: readonly Entity[],
): Readonly<Record<string, ConstraintModel>> {
  const actions = { restrict: "RESTRICT", cascade: "CASCADE", setNull: "SET NULL" } as const;
  const entries = referencesOf(entity).map((reference) => {
    const other = entityNamed(entities, reference.entity);
    const column = quoted(columnOf(entity, reference.field).column);
    const target = `${qualified("app", other.table)} (${quoted("id")})`;
    const definition = `FOREIGN KEY (${column}) REFERENCES ${target} ON DELETE ${actions[reference.onDelete]}`;
    return [foreignKeyName(entity, reference), { kind: "foreignKey", definition }] as const;
  });
  return Object.fromEntries(entries);
}

/** Invariants over the row's own columns, so that the database refuses what by-passes the executor. */
export function describeInvariants(
  entity: Entity,
  entities: readonly Entity[],
): Readonly<Record<string, ConstraintModel>> {
  const local = entity.invariants.filter(({ expr }) => isRowLocal(entity, expr));
  const entries = local.map(({ name, expr }) => {
    const condition = conditionSql(entity, entities, expr, `invariant ${entity.name}.${name}`);
    return [invariantName(entity, name), { kind: "check", definition: `CHECK (${condition})` }] as const;
  });
  return Object.fromEntries(entries);
}

/** Exclusion constraints over live rows, and checks that their ranges begin before they end. */
export function describeExclusions(
  entity: Entity,
  entities: readonly Entity[],
): Readonly<Record<string, ConstraintModel>> {
  const entries = entity.exclude.flatMap((exclusion) => [
    ...orderCheck(entity, exclusion),
    [
      exclusionName(entity, exclusion.name),
      { kind: "exclude", definition: excludeSql(entity, entities, exclusion) },
    ] as const,
  ]);
  return Object.fromEntries(entries);
}

function excludeSql(entity: Entity, entities: readonly Entity[], exclusion: Exclusion): string {
  const tenant = entity.tenant === undefined ? [] : [`${columnSql(entity, entity.tenant.field)} WITH =`];
  const parts = exclusion.parts.map((part) =>
    part.operator === "equal" ? `${equalColumn(entity, part)} WITH =` : `${rangeSql(entity, exclusion, part)} WITH &&`,
  );
  const live = `${quoted("deleted_at")} IS NULL`;
  const condition =
    exclusion.where === undefined
      ? live
      : `(${conditionSql(entity, entities, exclusion.where, `exclusion ${entity.name}.${exclusion.name}`)}) AND ${live}`;
  return `EXCLUDE USING gist (${[...tenant, ...parts].join(", ")}) WHERE (${condition})`;
}

function rangeSql(entity: Entity, exclusion: Exclusion, part: ExclusionPart): string {
  const [lower = "", upper = ""] = part.fields;
  const type = rangeTypes[columnOf(entity, lower).field.type];
  if (type === undefined || part.fields.length !== 2) {
    const where = `exclusion ${entity.name}.${exclusion.name}`;
    throw new StatementError(
      "unsupported",
      `${where}: "${lower}" cannot bound a range; use date, instant, integer or decimal`,
    );
  }
  return `${type}(${columnSql(entity, lower)}, ${columnSql(entity, upper)}, '${part.bounds ?? "[)"}')`;
}

function orderCheck(entity: Entity, exclusion: Exclusion): readonly (readonly [string, ConstraintModel])[] {
  const ranges = exclusion.parts.filter(({ operator }) => operator === "overlaps");
  if (ranges.length === 0) return [];
  // A range whose bounds are the wrong way round is an error without a constraint's name, which nobody could explain.
  const conditions = ranges.map(({ fields: [lower = "", upper = ""] }) => {
    return `${columnSql(entity, lower)} <= ${columnSql(entity, upper)}`;
  });
  const definition = `CHECK (${conditions.join(" AND ")})`;
  return [[exclusionName(entity, exclusion.name, "order"), { kind: "check", definition }]];
}

function equalColumn(entity: Entity, part: ExclusionPart): string {
  return columnSql(entity, part.fields[0] ?? "");
}

function columnSql(entity: Entity, field: string): string {
  return quoted(columnOf(entity, field).column);
}
