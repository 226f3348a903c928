import { randomUUID } from "node:crypto";
import type { Bundle, Entity } from "@lintel/specs";
import type pg from "pg";
import { isServing, migrate } from "../../../executor/database/index.ts";
import type { MigrateOptions } from "../../../executor/database/migration/migrate.ts";
import { bookRoom, bundleOf, customer, field, reservation, room } from "./hotel.ts";
import { roles, type TestDatabase, type TestServer } from "./start-postgres.ts";

export const first = bundleOf([bookRoom]);

/** Room with more fields, indexes and values; the other entities as they are. */
export function withRoom(change: Partial<Entity>): Bundle {
  return bundleOf([bookRoom], [customer, reservation, { ...room, ...change }]);
}

export function withReservation(change: Partial<Entity>): Bundle {
  return bundleOf([bookRoom], [customer, { ...reservation, ...change }, room]);
}

export const floor = field("floor", "integer", { default: 0, minimum: 0, maximum: 99 });

/** Room with two fields more, and with rules and indexes that the first bundle lacks. */
export const second = withRoom({
  fields: [...room.fields, floor, field("note", "string", { nullable: true })],
  unique: [...room.unique, ["floor", "number"]],
  invariants: [{ name: "cheap", expr: 'this.nightlyRate < money(100000, "EUR")', message: "a room costs less" }],
  list: { filterable: ["beds"], sortable: [], maximum: 100 },
});

export interface MigrationRun {
  readonly through?: MigrateOptions["client"];
  readonly patience?: MigrateOptions["patience"];
  readonly migrations?: MigrateOptions["deployment"]["migrations"];
  readonly planDigest?: string;
  readonly today?: string;
}

export interface Begun {
  readonly database: TestDatabase;
  readonly client: pg.Client;
  readonly up: (bundle: Bundle, run?: MigrationRun) => ReturnType<typeof migrate>;
}

/** A new database and a way to migrate it. */
export async function begin(server: TestServer): Promise<Begun> {
  const database = await server.createDatabase();
  const client = await database.connect("migrator");
  return {
    database,
    client,
    up: (bundle, { through = client, patience = {}, migrations = [], planDigest, today } = {}) =>
      migrate({
        client: through,
        bundle,
        deployment: { level: "green", acknowledgements: [], migrations },
        executorUser: roles.executor,
        adminUser: roles.admin,
        patience: { lockTimeout: 5000, attempts: 3, pause: 10, ...patience },
        planDigest,
        ...(today === undefined ? {} : { today }),
      }),
  };
}

/** A connection that breaks the migration at the first statement that begins, or goes on, with this text. */
export function failingAt(client: pg.Client, text: string): MigrateOptions["client"] {
  return {
    query: (statement, values) =>
      statement.includes(text) ? Promise.reject(new Error("interrupted")) : client.query(statement, values),
  };
}

export async function serving(client: pg.Client, ...bundles: readonly Bundle[]): Promise<readonly boolean[]> {
  const answers: boolean[] = [];
  for (const { digest } of bundles) answers.push(await isServing(client, digest));
  return answers;
}

export function changed(name: string, change: Partial<Entity["fields"][number]>): Entity["fields"] {
  return room.fields.map((one) =>
    one.name === name ? { ...field(one.name, change.type ?? one.type), ...change } : one,
  );
}

export async function addRoom(client: pg.Client, number: string): Promise<string> {
  const id = randomUUID();
  await client.query("INSERT INTO app.room (id, number, beds, nightly_rate) VALUES ($1, $2, 2, 100)", [id, number]);
  return id;
}

export async function addReservation(client: pg.Client, number: string): Promise<string> {
  const [id, guest] = [randomUUID(), randomUUID()];
  await client.query("INSERT INTO app.customer (id, subject, name) VALUES ($1, $2, 'Anna')", [guest, guest]);
  const text = `INSERT INTO app.reservation (id, customer_id, room_id, starts_on, ends_on)
    VALUES ($1, $2, $3, '2026-05-01', '2026-05-02')`;
  await client.query(text, [id, guest, await addRoom(client, number)]);
  return id;
}

export function never(): never {
  throw new Error("the test expects this to be there");
}
