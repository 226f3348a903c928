// Which rules rows are to be asked for before a migration begins, and the question: of rows as they will be, so that what a mapping
// or a default will break is told too.
import { qualified, quoted } from "../identifier.ts";
import { dueBackfills } from "../schema/plan-schema.ts";
import type { ColumnModel, ConstraintModel, TableModel } from "../schema/schema-model.ts";

/** How many rows are named. */
const named = 5;

export interface RuleQuestion {
  readonly name: string;
  /** Answers the ids of rows that break it. */
  readonly sql: string;
  /** What to do with such rows. */
  readonly hint: string;
  /** Compares rows with one another, which may take too long. */
  readonly isSlow?: true;
}

/** Questions for the rules that are new or changed, or read what will be filled. Pure. */
export function ruleQuestions(table: string, next: TableModel, before: TableModel): readonly RuleQuestion[] {
  const due = dueBackfills(next, before).map(({ column }) => column);
  const unready = unreadyColumns(next, before, due);
  const reads = (columns: readonly string[], sql: string): boolean => columns.some((one) => sql.includes(quoted(one)));
  const isAsked = (definition: string, old: string | undefined): boolean =>
    !reads(unready, definition) && (definition !== old || reads(due, definition));
  const rows = rowsToBe(table, next, before, unready);
  const proofs = new Set((next.backfills ?? []).map(({ proof }) => proof));
  const constraints = Object.entries(next.constraints).flatMap(([name, constraint]) => {
    const old = before.constraints[name];
    const known = old?.isValidated === false ? undefined : old?.definition;
    if (proofs.has(name) || !isAsked(constraint.definition, known)) return [];
    return constraintQuestion(rows, name, constraint);
  });
  const uniques = Object.entries(next.indexes).flatMap(([name, { isUnique, definition }]) =>
    isUnique && isAsked(definition, before.indexes[name]?.definition) ? uniqueQuestion(rows, name, definition) : [],
  );
  return [...notNullQuestions(rows, next, before, due), ...constraints, ...uniques];
}

/** Computed later than rows are asked. */
function unreadyColumns(next: TableModel, before: TableModel, due: readonly string[]): readonly string[] {
  return Object.entries(next.columns).flatMap(([name, { generated }]) => {
    const isStale =
      generated !== before.columns[name]?.generated || due.some((column) => generated?.includes(quoted(column)));
    return isStale && (generated !== undefined || before.columns[name] !== undefined) ? [name] : [];
  });
}

/** The table's rows as the migration will leave them, under the table's own name. */
function rowsToBe(table: string, next: TableModel, before: TableModel, unready: readonly string[]): string {
  const columns = Object.entries(next.columns)
    .filter(([name]) => !unready.includes(name))
    .map(([name, column]) => `${valueToBe(table, name, column, next, before)} AS ${quoted(name)}`);
  return `(SELECT ${columns.join(", ")} FROM ${qualified("app", table)}) AS ${quoted(table)}`;
}

function valueToBe(table: string, name: string, column: ColumnModel, next: TableModel, before: TableModel): string {
  const filled = next.backfills?.find((backfill) => backfill.column === name);
  if (filled !== undefined) return filled.value;
  const stands = `${qualified("app", table)}.${quoted(name)}`;
  const old = before.columns[name];
  if (old === undefined) return column.default ?? `NULL::${column.type}`;
  const isTightened = old.nullable && !column.nullable && column.default !== undefined;
  return isTightened ? `coalesce(${stands}, ${column.default ?? "NULL"})` : stands;
}

function notNullQuestions(
  rows: string,
  next: TableModel,
  before: TableModel,
  due: readonly string[],
): readonly RuleQuestion[] {
  return Object.entries(next.columns).flatMap(([name, column]) => {
    const isTightened = !column.nullable && before.columns[name]?.nullable === true;
    if (!isTightened || column.default !== undefined || due.includes(name)) return [];
    return [rowQuestion(rows, name, `${quoted(name)} IS NOT NULL`)];
  });
}

function constraintQuestion(rows: string, name: string, constraint: ConstraintModel): readonly RuleQuestion[] {
  const { kind, definition } = constraint;
  if (kind === "check") return [rowQuestion(rows, name, definition.slice("CHECK (".length, -1))];
  return kind === "exclude" ? exclusionQuestion(rows, name, definition) : [];
}

function rowQuestion(rows: string, name: string, condition: string): RuleQuestion {
  const sql = `SELECT "id"::text FROM ${rows} WHERE NOT (${condition}) LIMIT ${String(named)}`;
  return { name, sql, hint: "correct the rows first, or let the rule allow them" };
}

function uniqueQuestion(rows: string, name: string, definition: string): readonly RuleQuestion[] {
  const [, columns, condition] = /^\((.+?)\) WHERE (.+)$/su.exec(definition) ?? [];
  if (columns === undefined || condition === undefined) return [];
  const given = columns.split(", ").map((column) => `${column} IS NOT NULL`);
  const counted =
    `SELECT "id", count(*) OVER (PARTITION BY ${columns}) AS "count" FROM ${rows} ` +
    `WHERE ${[condition, ...given].join(" AND ")}`;
  const sql = `SELECT "id"::text FROM (${counted}) AS "counted" WHERE "count" > 1 LIMIT ${String(named)}`;
  return [{ name, sql, hint: "correct or delete rows first, until no two live ones have the same values" }];
}

function exclusionQuestion(rows: string, name: string, definition: string): readonly RuleQuestion[] {
  const [, list, condition] = /^EXCLUDE USING gist \((.+?)\) WHERE \((.+)\)$/su.exec(definition) ?? [];
  if (list === undefined || condition === undefined) return [];
  const parts = [...list.matchAll(/(.+?) WITH (=|&&)(?:, |$)/gsu)];
  const values = parts.map(([, value = ""], index) => `${value} AS "part${String(index)}"`);
  const meets = parts.map(([, , operator = ""], index) => {
    return `"one"."part${String(index)}" ${operator} "two"."part${String(index)}"`;
  });
  const sql =
    `WITH "live" AS MATERIALIZED (SELECT "id", ${values.join(", ")} FROM ${rows} WHERE ${condition}) ` +
    `SELECT "one"."id"::text FROM "live" AS "one" WHERE EXISTS (SELECT FROM "live" AS "two" ` +
    `WHERE "one"."id" <> "two"."id" AND ${meets.join(" AND ")}) LIMIT ${String(named)}`;
  return [{ name, sql, hint: "correct or delete rows first, until no two live ones exclude each other", isSlow: true }];
}
