import { qualified, quoted } from "../identifier.ts";
import { columnDefinition } from "./create-table.ts";
import type { ColumnModel, DdlStatement, SchemaProblem, TableModel, TablePlan } from "./schema-model.ts";

/** New columns and loosened ones; anything else is a problem. */
export function planColumns(table: string, next: TableModel, standing: TableModel): TablePlan {
  const plans = Object.entries(next.columns).map(([name, column]) => {
    const before = standing.columns[name];
    return before === undefined
      ? added(table, next.entity, name, column)
      : changed(table, next.entity, name, column, before);
  });
  return {
    statements: plans.flatMap(({ statements }) => statements),
    problems: plans.flatMap(({ problems }) => problems),
  };
}

function added(table: string, entity: string, name: string, column: ColumnModel): TablePlan {
  if (!column.nullable && column.default === undefined && column.generated === undefined) {
    return refused(entity, name, "is new, not nullable and has no default; give it a default, or make it nullable");
  }
  const sql = `ALTER TABLE ${qualified("app", table)} ADD COLUMN ${columnDefinition(name, column)}`;
  return statements([statement(sql, `new column ${name} of ${entity}`)]);
}

function changed(table: string, entity: string, name: string, column: ColumnModel, before: ColumnModel): TablePlan {
  if (column.type !== before.type) {
    const remedy = "add a field of the new type beside it (changing a type is not understood yet)";
    return refused(entity, name, `would change its type from ${before.type} to ${column.type}; ${remedy}`);
  }
  if (column.generated !== before.generated) {
    return refused(entity, name, "would be computed otherwise, which rewrites every row; add a field beside it");
  }
  if (before.nullable && !column.nullable) {
    return refused(entity, name, "would no longer be nullable; keep it nullable, and check it in an invariant");
  }
  const alter = `ALTER TABLE ${qualified("app", table)} ALTER COLUMN ${quoted(name)}`;
  const isLoosened = !before.nullable && column.nullable;
  return statements([
    ...(isLoosened ? [statement(`${alter} DROP NOT NULL`, `${entity}.${name} is nullable now`)] : []),
    ...(column.default === before.default
      ? []
      : [statement(`${alter} ${defaultClause(column)}`, `default of ${name}`)]),
  ]);
}

function defaultClause(column: ColumnModel): string {
  return column.default === undefined ? "DROP DEFAULT" : `SET DEFAULT ${column.default}`;
}

function statement(sql: string, purpose: string): DdlStatement {
  return { sql, kind: "column", purpose, phase: "transaction" };
}

function statements(list: readonly DdlStatement[]): TablePlan {
  return { statements: list, problems: [] };
}

function refused(entity: string, name: string, what: string): TablePlan {
  const problem: SchemaProblem = { entity, name, message: `${entity}: column "${name}" ${what}` };
  return { statements: [], problems: [problem] };
}
