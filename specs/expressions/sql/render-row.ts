import type { Entity } from "../../language/entity.ts";
import type { Typed } from "../check/typed-expression.ts";
import { notInSql, type SqlContext } from "./sql-context.ts";
import { columnName, quoted, raw, type SqlFragment } from "./sql-fragment.ts";

/** A row that a path reaches: `this`, `old`, or one behind belongsTo relationships. */
interface Row {
  readonly entity: Entity;
  readonly alias: string;
  /** The tables joined on the way, from the first related one on; absent for the row itself. */
  readonly from?: string;
  /** How the first related table hangs on the row. */
  readonly where?: string;
  readonly depth: number;
}

type Field = Extract<Typed, { type: "field" }>;

/** A field of a row as a column, through relationships as a scalar subselect. */
export function renderRowField(typed: Field, context: SqlContext): SqlFragment {
  const row = rowOf(typed.operand, context);
  const relationship = relationshipOf(row, typed.field);
  return raw(selected(row, relationship?.field ?? typed.field));
}

/** Whether the operand is a row, so that the field is a column. */
export function isRow(operand: Typed, context: SqlContext): boolean {
  if (operand.type === "root") return operand.name === "this" || operand.name === "old";
  if (operand.type !== "field" || !isRow(operand.operand, context)) return false;
  return relationshipOf(rowOf(operand.operand, context), operand.field) !== undefined;
}

function rowOf(typed: Typed, context: SqlContext): Row {
  if (typed.type === "root" && typed.name === "this") return { entity: context.entity, alias: context.alias, depth: 0 };
  if (typed.type === "root" && typed.name === "old" && context.oldAlias !== undefined) {
    return { entity: context.entity, alias: context.oldAlias, depth: 0 };
  }
  if (typed.type !== "field") return notInSql(typed.type === "root" ? `"${typed.name}"` : "this row", typed.offset);
  const row = rowOf(typed.operand, context);
  const relationship = relationshipOf(row, typed.field);
  const entity = context.entities.find(({ name }) => name === relationship?.entity);
  if (relationship === undefined || entity === undefined) return notInSql(`"${typed.field}"`, typed.offset);
  return joinedRow(row, entity, relationship.field);
}

function joinedRow(row: Row, entity: Entity, field: string): Row {
  const depth = row.depth + 1;
  const alias = `related_${String(depth)}`;
  const table = `${quoted("app")}.${quoted(entity.table)} AS ${quoted(alias)}`;
  const condition = `${quoted(alias)}.${quoted("id")} = ${quoted(row.alias)}.${quoted(columnName(field))}`;
  if (row.from === undefined || row.where === undefined) return { entity, alias, from: table, where: condition, depth };
  return { entity, alias, from: `${row.from} JOIN ${table} ON ${condition}`, where: row.where, depth };
}

function relationshipOf({ entity }: Row, name: string) {
  return entity.relationships.find((candidate) => candidate.type === "belongsTo" && candidate.name === name);
}

function selected({ alias, from, where }: Row, field: string): string {
  const column = `${quoted(alias)}.${quoted(columnName(field))}`;
  return from === undefined || where === undefined ? column : `(SELECT ${column} FROM ${from} WHERE ${where})`;
}
