// Rows as flows see them, read and written past the executor: what a scenario gives and looks at.
import { columnsOf, decodeValue, encodeValue } from "@lintel/executor";
import type { Entity, JsonObject, JsonValue } from "@lintel/specs";
import pg from "pg";

/** A row and whether it was soft-deleted. */
export interface StoredRow {
  readonly values: JsonObject;
  readonly isDeleted: boolean;
}

/** All rows by entity, deleted ones too, in the order of their making. */
export type Snapshot = Readonly<Record<string, readonly StoredRow[]>>;

/** A connection whose values come as PostgreSQL's text, which decodes the same way as in the executor. */
export function textClient(connectionString: string): pg.Client {
  const client = new pg.Client({ connectionString, types: { getTypeParser: () => String }, pipeline: true });
  client.on("error", () => undefined);
  return client;
}

/** Every row of every entity. */
export async function readSnapshot(client: pg.Client, entities: readonly Entity[]): Promise<Snapshot> {
  const all = await Promise.all(entities.map(async (entity) => [entity.name, await readRows(client, entity)] as const));
  return Object.fromEntries(all);
}

async function readRows(client: pg.Client, entity: Entity): Promise<readonly StoredRow[]> {
  const columns = columnsOf(entity);
  const names = columns.map(({ column }) => `"${column}"`).join(", ");
  const { rows } = await client.query<(string | null)[]>({
    text: `SELECT ${names}, "deleted_at" IS NOT NULL FROM "app"."${entity.table}" ORDER BY "created_at", "id"`,
    rowMode: "array",
  });
  return rows.map((texts) => ({
    values: Object.fromEntries(
      columns.map(({ name, field }, index): [string, JsonValue] => [name, decodeValue(field, texts[index] ?? null)]),
    ),
    isDeleted: texts.at(-1) === "t",
  }));
}

/**
 * Inserts a row as if a tool had made it: defaults and stamps are filled in.
 * @throws pg.DatabaseError where a constraint refuses it, StatementError where a value is not of its field's type
 */
export async function insertRow(
  client: pg.Client,
  entity: Entity,
  values: JsonObject,
  drawn: { readonly id: string; readonly now: string },
): Promise<JsonObject> {
  const columns = columnsOf(entity).filter(({ field }) => field.computed === undefined);
  const given = columns.map(({ name, field, role }): JsonValue => {
    if (Object.hasOwn(values, name)) return values[name] ?? null;
    if (role === "key") return drawn.id;
    if (name === "createdAt" || name === "updatedAt" || (field.generated && field.type === "instant")) return drawn.now;
    return field.generated && field.type === "uuid" ? drawn.id : (field.default ?? null);
  });
  const places = columns.map((_, index) => `$${String(index + 1)}`).join(", ");
  const names = columns.map(({ column }) => `"${column}"`).join(", ");
  const shown = columnsOf(entity);
  const { rows } = await client.query<(string | null)[]>({
    text:
      `INSERT INTO "app"."${entity.table}" (${names}) VALUES (${places}) ` +
      `RETURNING ${shown.map(({ column }) => `"${column}"`).join(", ")}`,
    values: columns.map(({ field }, index) => encodeValue(field, given[index] ?? null)),
    rowMode: "array",
  });
  const [row = []] = rows;
  return Object.fromEntries(shown.map(({ name, field }, index) => [name, decodeValue(field, row[index] ?? null)]));
}

/** Empties the database but for what the migration made. Needs a superuser: what only grows refuses to be emptied by anybody else. */
export async function emptyDatabase(client: pg.Client, entities: readonly Entity[]): Promise<void> {
  const app = entities.flatMap(({ table }) => [`"app"."${table}"`, `"history"."${table}"`]);
  const { rows } = await client.query<{ readonly relname: string; readonly guard: string | null }>(
    `SELECT relname, tgname AS guard FROM pg_class AS c ` +
      `LEFT JOIN pg_trigger ON tgrelid = c.oid AND tgname = 'append_only' WHERE relnamespace = '"lintel"'::regnamespace AND relkind = 'r' ` +
      `AND relname NOT IN ('bundles', 'migrations')`,
  );
  const own = rows.map(({ relname }) => `"lintel"."${relname}"`);
  const growing = rows.filter(({ guard }) => guard !== null).map(({ relname }) => `"lintel"."${relname}"`);
  // Their triggers are always on, whatever a session says of itself.
  const statements = [
    "BEGIN",
    "SET LOCAL session_replication_role = replica",
    ...growing.map((table) => `ALTER TABLE ${table} DISABLE TRIGGER "append_only"`),
    ...[...app, ...own].map((table) => `DELETE FROM ${table}`),
    ...growing.map((table) => `ALTER TABLE ${table} ENABLE ALWAYS TRIGGER "append_only"`),
    "COMMIT",
  ];
  await client.query(statements.join("; "));
}
