import { columnsOf } from "../columns.ts";
import type { ColumnModel, SchemaModel, SchemaProblem } from "../schema/schema-model.ts";
import type { Bridge, BridgedEntity } from "./bridge/bridge-bundles.ts";

/**
 * Columns that an older release left and a new field would take over, with values of another kind, or with those that a renaming left
 * behind. Pure.
 */
export function keptColumnsInTheWay(
  target: SchemaModel,
  standing: SchemaModel | undefined,
  bridge: Bridge,
): readonly SchemaProblem[] {
  return Object.entries(target.tables).flatMap(([table, { entity, columns }]) => {
    const listed = listedColumns(bridge.entities[table]);
    return Object.entries(columns).flatMap(([name, column]): readonly SchemaProblem[] => {
      const before = standing?.tables[table]?.columns[name];
      if (before === undefined) return [];
      const isLeft = before.twin !== undefined && column.twin === undefined && listed?.has(name) === false;
      if (canTakeOver(column, before) && !isLeft) return [];
      const holds = isLeft ? `what "${before.twin ?? ""}" was renamed from or to` : before.type;
      const message = `${entity}: the column "${name}" of an older release still stands, and holds ${holds}`;
      const hint = `name the field otherwise, or drop the column first: a release without it and "drop: ${entity}.FIELD"`;
      return [{ code: "column-in-the-way", entity, field: name, message, hint }];
    });
  });
}

/** Columns that the other listed bundle fills; undefined where there is no such bundle. */
function listedColumns(bridged: BridgedEntity | undefined): ReadonlySet<string> | undefined {
  if (bridged?.other === undefined) return undefined;
  return new Set(columnsOf(bridged.other).map(({ column }) => column));
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
