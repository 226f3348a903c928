import { qualified, quoted } from "../identifier.ts";
import type { ColumnModel, DdlStatement, TableModel } from "./schema-model.ts";

/** A column's definition as CREATE TABLE and ADD COLUMN take it. */
export function columnDefinition(name: string, column: ColumnModel): string {
  const parts = [quoted(name), column.type];
  if (column.generated !== undefined) parts.push(`GENERATED ALWAYS AS (${column.generated}) STORED`);
  if (column.default !== undefined) parts.push(`DEFAULT ${column.default}`);
  if (!column.nullable) parts.push("NOT NULL");
  return parts.join(" ");
}

/** A new table with its checks and exclusions, and the table of its history; references follow when all tables stand. */
export function createTable(name: string, table: TableModel): readonly DdlStatement[] {
  const constraints = Object.entries(table.constraints).filter(([, { kind }]) => kind !== "foreignKey");
  const lines = [
    ...Object.entries(table.columns).map(([column, model]) => columnDefinition(column, model)),
    `PRIMARY KEY (${quoted("id")})`,
    ...constraints.map(([constraint, { definition }]) => `CONSTRAINT ${quoted(constraint)} ${definition}`),
  ];
  return [
    {
      sql: `CREATE TABLE ${qualified("app", name)} (\n  ${lines.join(",\n  ")}\n)`,
      kind: "table",
      purpose: `rows of ${table.entity}`,
      phase: "expand",
      lock: "none",
    },
    ...createHistory(name, table.entity),
  ];
}

function createHistory(name: string, entity: string): readonly DdlStatement[] {
  const history = qualified("history", name);
  const columns = [
    `"history_id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY`,
    `"id" uuid NOT NULL`,
    `"version" bigint NOT NULL`,
    `"operation" text NOT NULL`,
    `"row" jsonb NOT NULL`,
    `"superseded_at" timestamptz(3) NOT NULL DEFAULT clock_timestamp()`,
  ];
  const purpose = `superseded versions of ${entity}`;
  return [
    {
      sql: `CREATE TABLE ${history} (\n  ${columns.join(",\n  ")}\n)`,
      kind: "table",
      purpose,
      phase: "expand",
      lock: "none",
    },
    { sql: `CREATE INDEX ON ${history} ("id", "version")`, kind: "index", purpose, phase: "expand", lock: "none" },
  ];
}
