import { boundedName, qualified, quoted } from "../identifier.ts";
import { columnDefinition } from "./create-table.ts";
import { computedAnew } from "./plan-computed.ts";
import type { ColumnModel, DdlStatement, TableModel } from "./schema-model.ts";

/** New, changed and retired columns of a table that stands. */
export function planColumns(table: string, next: TableModel, standing: TableModel): readonly DdlStatement[] {
  const planner = { table, entity: next.entity } as const;
  const computed = new Set(computedAnew(next, standing));
  const wanted = Object.entries(next.columns).flatMap(([name, column]) => {
    if (computed.has(name)) return [];
    const before = standing.columns[name];
    const isFilled = (next.backfills ?? []).some((backfill) => backfill.column === name);
    return before === undefined ? added(planner, name, column, isFilled) : changed(planner, name, column, before);
  });
  const retired = Object.entries(standing.columns).filter(([name]) => next.columns[name] === undefined);
  return [...wanted, ...retired.flatMap(([name, column]) => retiredColumn(planner, name, column))];
}

interface Place {
  readonly table: string;
  readonly entity: string;
}

function added(place: Place, name: string, column: ColumnModel, isFilled: boolean): readonly DdlStatement[] {
  const purpose = `new column ${name} of ${place.entity}`;
  if (!isFilled) {
    return [alter(place, `ADD COLUMN ${columnDefinition(name, column)}`, purpose)];
  }
  // Without its default, so that rows which stand are seen to have no value yet.
  const { type } = column;
  return [
    alter(place, `ADD COLUMN ${columnDefinition(name, { type, nullable: true })}`, purpose),
    ...(column.default === undefined ? [] : [setDefault(place, name, column)]),
    ...(column.nullable ? [] : notNull(place, name)),
  ];
}

function changed(place: Place, name: string, column: ColumnModel, before: ColumnModel): readonly DdlStatement[] {
  return [
    ...(column.type === before.type
      ? []
      : [alter(place, `ALTER COLUMN ${quoted(name)} TYPE ${column.type}`, `${name} of ${place.entity} holds more`)]),
    ...(column.nullable && !before.nullable
      ? [alter(place, `ALTER COLUMN ${quoted(name)} DROP NOT NULL`, `${place.entity}.${name} may be null`)]
      : []),
    ...(column.default === before.default ? [] : [setDefault(place, name, column)]),
    ...(!column.nullable && before.nullable ? notNull(place, name) : []),
  ];
}

/** Nobody fills it any more; its values stay until they are dropped on purpose. */
function retiredColumn(place: Place, name: string, column: ColumnModel): readonly DdlStatement[] {
  if (column.nullable || column.default !== undefined || column.generated !== undefined) return [];
  return [
    alter(
      place,
      `ALTER COLUMN ${quoted(name)} DROP NOT NULL`,
      `${name} of ${place.entity} is kept and no longer filled`,
    ),
  ];
}

/** By way of a check that is validated first: SET NOT NULL then reads no row. */
function notNull(place: Place, name: string): readonly DdlStatement[] {
  const check = quoted(boundedName(place.table, name, "not_null"));
  const purpose = `${name} of ${place.entity} is never null`;
  const drop = `DROP CONSTRAINT IF EXISTS ${check}`;
  return [
    { ...alter(place, drop, `${purpose}: from nothing`), kind: "constraint" },
    {
      ...alter(place, `ADD CONSTRAINT ${check} CHECK (${quoted(name)} IS NOT NULL) NOT VALID`, `${purpose}: new rows`),
      kind: "constraint",
    },
    {
      ...alter(place, `VALIDATE CONSTRAINT ${check}`, `${purpose}: the rows that stand`),
      kind: "constraint",
      phase: "validate",
      lock: "SHARE UPDATE EXCLUSIVE",
    },
    {
      ...alter(place, `ALTER COLUMN ${quoted(name)} SET NOT NULL`, `${purpose}: proved by the check`),
      phase: "validate",
    },
    {
      ...alter(place, drop, `${purpose}: the check has done its work`),
      phase: "validate",
      settles: [{ table: place.table, part: "columns", name }],
    },
  ];
}

function setDefault(place: Place, name: string, column: ColumnModel): DdlStatement {
  const clause = column.default === undefined ? "DROP DEFAULT" : `SET DEFAULT ${column.default}`;
  return alter(place, `ALTER COLUMN ${quoted(name)} ${clause}`, `default of ${name} of ${place.entity}`);
}

function alter({ table, entity }: Place, change: string, purpose: string): DdlStatement {
  const sql = `ALTER TABLE ${qualified("app", table)} ${change}`;
  return { sql, kind: "column", purpose, phase: "expand", lock: "ACCESS EXCLUSIVE", entity };
}
