import { qualified, quoted } from "../identifier.ts";
import { columnDefinition } from "./create-table.ts";
import type { ColumnModel, DdlStatement, Settled, TableModel } from "./schema-model.ts";

/** Computed columns of a table that stands which are new or computed otherwise. */
export function computedAnew(next: TableModel, standing: TableModel): readonly string[] {
  return Object.entries(next.columns)
    .filter(([name, column]) => isAnew(column, standing.columns[name]))
    .map(([name]) => name);
}

function isAnew(next: ColumnModel, before: ColumnModel | undefined): boolean {
  return next.generated !== undefined && next.generated !== before?.generated;
}

/**
 * The table without what is computed anew and all that is built on it: PostgreSQL drops that with the column. Of the wanted table
 * only the constraints, which come in the same statement.
 */
export function withoutColumns(table: TableModel, columns: readonly string[], keepsIndexes: boolean): TableModel {
  if (columns.length === 0) return table;
  const names = columns.map(quoted);
  const kept = <T extends { readonly definition: string }>(all: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(
      Object.entries(all).filter(([, { definition }]) => !names.some((name) => definition.includes(name))),
    );
  return {
    ...table,
    constraints: kept(table.constraints),
    indexes: keepsIndexes ? table.indexes : kept(table.indexes),
  };
}

/** One rewrite of the table for all of them, when the rows are filled that they are computed from. */
export function planComputed(
  table: string,
  next: TableModel,
  standing: TableModel,
  columns: readonly string[],
): readonly DdlStatement[] {
  if (columns.length === 0) return [];
  const kept = new Set(Object.keys(withoutColumns(next, columns, true).constraints));
  const constraints = Object.entries(next.constraints).filter(([name]) => !kept.has(name));
  const changes = [
    ...columns.flatMap((name) => (standing.columns[name] === undefined ? [] : [`DROP COLUMN ${quoted(name)}`])),
    ...columns.flatMap((name) => {
      const column = next.columns[name];
      return column === undefined ? [] : [`ADD COLUMN ${columnDefinition(name, column)}`];
    }),
    ...constraints.map(([name, { definition }]) => `ADD CONSTRAINT ${quoted(name)} ${definition}`),
  ];
  const settles = [
    ...columns.map((name): Settled => ({ table, part: "columns", name })),
    ...constraints.map(([name]): Settled => ({ table, part: "constraints", name })),
  ];
  const purpose = `${columns.join(", ")} of ${next.entity}: computed in every row while nobody reads or writes`;
  return [
    {
      sql: `ALTER TABLE ${qualified("app", table)} ${changes.join(", ")}`,
      kind: "computed",
      purpose,
      phase: "validate",
      lock: "ACCESS EXCLUSIVE",
      entity: next.entity,
      rewritesTable: true,
      settles,
    },
  ];
}
