import { randomUUID } from "node:crypto";
import { columnName, type Entity, type MigrationAcknowledgement } from "@lintel/specs";
import fc from "fast-check";
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { columnsOf } from "../../../executor/database/columns.ts";
import { readCatalogue } from "../../../executor/database/migration/catalogue/read-catalogue.ts";
import { begin, never } from "./begin-migration.ts";
import { type Releases, releases } from "./random-releases.ts";
import { startPostgres, type TestServer } from "./start-postgres.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server.stop();
}, 600_000);

const runs = process.env["LINTEL_LONG"] === "1" ? 300 : 12;
const rowCount = 6;

test(
  `${String(runs)} random pairs of releases: rows are all kept, and in the end the schema is a fresh one's`,
  async () => {
    await fc.assert(fc.asyncProperty(releases, migrateAndCompare), { numRuns: runs, endOnFailure: true });
  },
  runs * 6000,
);

async function migrateAndCompare(pair: Releases): Promise<void> {
  const { client, up } = await begin(server);
  const [before, after] = [pair.old.entities[0] ?? never(), pair.next.entities[0] ?? never()];
  await up(pair.old);
  await fill(client, before, pair, 0);
  const rows = await rowsOf(client, before.table);
  await up(pair.next);
  // The old release still writes and reads, by its own names.
  expect(await rowsOf(client, before.table, Object.keys(rows[0] ?? {}))).toEqual(translated(rows, pair, before, after));
  await fill(client, before, pair, rowCount);
  await up(pair.old);
  await up(pair.next);
  await up(pair.after, { migrations: drops(pair, after) });
  const kept = await rowsOf(client, after.table);
  expect(kept).toHaveLength(rowCount * 2);
  for (const [index, row] of kept.slice(0, rowCount).entries()) expectKept(row, rows[index] ?? {}, pair, before, after);
  const fresh = await begin(server);
  await fresh.up(pair.after);
  expect((await readCatalogue(client)).tables).toEqual((await readCatalogue(fresh.client)).tables);
  await Promise.all([client.end(), fresh.client.end()]);
}

/** Rows as the old release writes them, of every drawn value. */
async function fill(client: pg.Client, entity: Entity, { values }: Releases, from: number): Promise<void> {
  const names = Object.keys(values);
  for (let index = from; index < from + rowCount; index += 1) {
    const columns = ["id", "size", ...names.map(columnName)].map((name) => `"${name}"`).join(", ");
    const cells = names.map((name) => cellOf(values[name] ?? [], index));
    const row = [`'${randomUUID()}'`, String(index), ...cells].join(", ");
    await client.query(`INSERT INTO app.${entity.table} (${columns}) VALUES (${row})`);
  }
}

function cellOf(values: readonly string[], index: number): string {
  return values[index % values.length] ?? "NULL";
}

type Row = Readonly<Record<string, unknown>>;

async function rowsOf(client: pg.Client, table: string, columns: readonly string[] = ["*"]): Promise<readonly Row[]> {
  const list = columns.map((name) => (name === "*" ? name : `"${name}"`)).join(", ");
  return (await client.query<Row>(`SELECT ${list} FROM app.${table} ORDER BY size`)).rows;
}

/** A value may change only where a mapping or a default says so. */
function expected(value: unknown, name: string, before: Entity, after: Entity): unknown {
  const next = after.fields.find((field) => field.name === name);
  if (value === null && next?.nullable === false && next.default !== undefined) return next.default;
  const mapped = before.fields.some((field) => field.name === name) ? next?.renamedValues : undefined;
  return typeof value === "string" ? (mapped?.[value] ?? value) : value;
}

function translated(rows: readonly Row[], _: Releases, before: Entity, after: Entity): readonly unknown[] {
  const names = new Map(columnsOf(before).map(({ column, name }) => [column, name]));
  const computed = new Set(before.fields.filter((field) => field.computed !== undefined).map(({ name }) => name));
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([column, value]) => {
        const name = names.get(column) ?? column;
        return [column, computed.has(name) ? (expect.anything() as unknown) : expected(value, name, before, after)];
      }),
    ),
  );
}

function expectKept(row: Row, old: Row, { renamed }: Releases, before: Entity, after: Entity): void {
  for (const { name, computed } of after.fields) {
    const source = renamed[name] ?? name;
    if (computed !== undefined || !before.fields.some((field) => field.name === source)) continue;
    expect([name, row[columnName(name)]]).toEqual([name, expected(old[columnName(source)], name, before, after)]);
  }
}

function drops({ gone, old, next }: Releases, after: Entity): readonly MigrationAcknowledgement[] {
  const sums = [old, next].map(({ entities }) => entities[0]?.fields.some(({ name }) => name === "sum"));
  const fields = [...gone, ...(sums[0] === true && sums[1] === false ? ["sum"] : [])];
  const word = { reason: "unused", by: "a reviewer", expires: "2999-12-31" };
  return fields.map((field) => ({ action: "drop", entity: after.name, field, ...word }));
}
