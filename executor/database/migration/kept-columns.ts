import type { ColumnModel, SchemaModel, SchemaProblem } from "../schema/schema-model.ts";

/** Columns that an older release left and a new field would take over, with values of another kind. Pure. */
export function keptColumnsInTheWay(target: SchemaModel, standing: SchemaModel | undefined): readonly SchemaProblem[] {
  return Object.entries(target.tables).flatMap(([table, { entity, columns }]) =>
    Object.entries(columns).flatMap(([name, column]): readonly SchemaProblem[] => {
      const before = standing?.tables[table]?.columns[name];
      if (before === undefined || canTakeOver(column, before)) return [];
      const message = `${entity}: the column "${name}" of an older release still stands, and holds ${before.type}`;
      const hint = `name the field otherwise, or drop the column first: a release without it and "drop: ${entity}.FIELD"`;
      return [{ code: "column-in-the-way", entity, field: name, message, hint }];
    }),
  );
}

function canTakeOver(next: ColumnModel, before: ColumnModel): boolean {
  if ((next.generated === undefined) !== (before.generated === undefined)) return false;
  if (next.type === before.type) return true;
  const [wide, narrow] = [digits(next.type), digits(before.type)];
  return (
    wide !== undefined && narrow !== undefined && wide.scale === narrow.scale && wide.precision >= narrow.precision
  );
}

function digits(type: string): { readonly precision: number; readonly scale: number } | undefined {
  const [, precision, scale] = /^numeric\((\d+), (\d+)\)$/u.exec(type) ?? [];
  return precision === undefined ? undefined : { precision: Number(precision), scale: Number(scale) };
}
