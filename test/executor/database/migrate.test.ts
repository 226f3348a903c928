import { randomUUID } from "node:crypto";
import type { Bundle, Entity } from "@lintel/specs";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isServing, migrate } from "../../../executor/database/index.ts";
import type { MigrateOptions } from "../../../executor/database/migration/migrate.ts";
import { bookRoom, bundleOf, customer, entity, field, reservation, room, tool } from "./hotel.ts";
import { roles, startPostgres, type TestDatabase, type TestServer } from "./start-postgres.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server.stop();
});

const first = bundleOf([bookRoom]);

/** Room with more fields, indexes and values; the other entities as they are. */
function withRoom(change: Partial<Entity>): Bundle {
  return bundleOf([bookRoom], [customer, reservation, { ...room, ...change }]);
}

const floor = field("floor", "integer", { default: 0, minimum: 0, maximum: 99 });
const second = withRoom({
  fields: [...room.fields, floor, field("note", "string", { nullable: true })],
  unique: [...room.unique, ["floor", "number"]],
  invariants: [{ name: "cheap", expr: 'this.nightlyRate < money(100000, "EUR")', message: "a room costs less" }],
  list: { filterable: ["beds"], sortable: [], maximum: 100 },
});

describe("additive changes", () => {
  test("reach a database that holds rows, constraints last and without long locks", async () => {
    const { client, up } = await begin();
    await up(first);
    const id = await addRoom(client, "1");
    const report = await up(second);
    expect(report.statements.map(({ phase, sql }) => `${phase}: ${sql}`).join(";\n")).toMatchInlineSnapshot(`
      "transaction: ALTER TABLE "app"."room" ADD COLUMN "floor" bigint DEFAULT '0'::bigint NOT NULL;
      transaction: ALTER TABLE "app"."room" ADD COLUMN "note" text;
      transaction: ALTER TABLE "app"."room" ADD CONSTRAINT "room_floor_range" CHECK ("floor" BETWEEN 0 AND 99) NOT VALID;
      transaction: ALTER TABLE "app"."room" ADD CONSTRAINT "room_cheap" CHECK (("room"."nightly_rate" < '100000'::bigint)) NOT VALID;
      after: ALTER TABLE "app"."room" VALIDATE CONSTRAINT "room_floor_range";
      after: ALTER TABLE "app"."room" VALIDATE CONSTRAINT "room_cheap";
      after: DROP INDEX CONCURRENTLY IF EXISTS "app"."room_floor_number_key";
      after: CREATE UNIQUE INDEX CONCURRENTLY "room_floor_number_key" ON "app"."room" ("floor", "number") WHERE "deleted_at" IS NULL;
      after: DROP INDEX CONCURRENTLY IF EXISTS "app"."room_beds_idx";
      after: CREATE INDEX CONCURRENTLY "room_beds_idx" ON "app"."room" ("beds")"
    `);
    expect((await client.query("SELECT floor, note FROM app.room WHERE id = $1", [id])).rows).toEqual([
      { floor: "0", note: null },
    ]);
    const { rows } = await client.query("SELECT conname FROM pg_constraint WHERE NOT convalidated");
    expect(rows).toEqual([]);
  });

  test("keep the previous bundle listed, and retire the one before it", async () => {
    const { client, up } = await begin();
    const third = withRoom({
      fields: [
        ...room.fields,
        floor,
        field("note", "string", { nullable: true }),
        field("view", "string", { nullable: true }),
      ],
    });
    for (const bundle of [first, second, third]) await up(bundle);
    expect(await serving(client, first, second, third)).toEqual([false, true, true]);
  });

  test("a new entity, a new enum value, a new state and a field that may be null now", async () => {
    const { client, up } = await begin();
    await up(first);
    const status = reservation.status ?? never();
    const wider: Entity = {
      ...reservation,
      fields: reservation.fields.map((one) =>
        one.name === "source" ? { ...one, values: ["web", "phone", "desk"], nullable: true } : one,
      ),
      status: {
        ...status,
        states: [...status.states, "lost"],
        transitions: [...status.transitions, { name: "lose", from: ["confirmed"], to: "lost" }],
      },
    };
    await up(bundleOf([bookRoom], [customer, wider, room, entity("Key", [field("roomId", "uuid", { ref: "Room" })])]));
    await addRoom(client, "1");
    await client.query("INSERT INTO app.key (id, room_id) SELECT gen_random_uuid(), id FROM app.room");
    await client.query("INSERT INTO app.customer (id, subject, name) VALUES (gen_random_uuid(), 'anna', 'Anna')");
    await client.query(
      `INSERT INTO app.reservation (id, customer_id, room_id, starts_on, ends_on, source)
       SELECT gen_random_uuid(), c.id, r.id, '2026-05-01', '2026-05-02', 'desk' FROM app.customer c, app.room r`,
    );
    await client.query("UPDATE app.reservation SET status = 'confirmed'");
    await client.query("UPDATE app.reservation SET status = 'lost', source = NULL");
  });

  test("a transition that is gone stays possible while the bundle that makes it is listed", async () => {
    const { client, up } = await begin();
    const status = reservation.status ?? never();
    const fewer = { ...status, transitions: status.transitions.filter(({ name }) => name !== "cancel") };
    const without = bundleOf([bookRoom], [customer, { ...reservation, status: fewer }, room]);
    const later = bundleOf([bookRoom, tool("other", [])], without.entities);
    await up(first);
    await up(without);
    const [one, two] = [await addReservation(client, "1"), await addReservation(client, "2")];
    const cancel = "UPDATE app.reservation SET status = 'cancelled' WHERE id = $1";
    await client.query(cancel, [one]);
    await up(later);
    await expect(client.query(cancel, [two])).rejects.toMatchObject({ constraint: "reservation_status_transition" });
  });

  test("the same bundle again changes nothing", async () => {
    const { up } = await begin();
    await up(first);
    expect((await up(first)).statements).toEqual([]);
  });

  test("a tool that is new changes no table, and gets its rights", async () => {
    const { database, up } = await begin();
    await up(first);
    const report = await up(bundleOf([bookRoom, tool("other", [])]));
    expect(report.statements).toEqual([]);
    const executor = await database.connect("executor");
    expect((await executor.query("SELECT * FROM app.room")).rows).toEqual([]);
  });
});

describe("going back", () => {
  test("to the previous bundle needs no change, and the way forward is open again", async () => {
    const { client, up } = await begin();
    await up(first);
    await up(second);
    expect((await up(first)).statements).toEqual([]);
    expect(await serving(client, first, second)).toEqual([true, true]);
    const other = withRoom({ fields: [...room.fields, field("view", "string", { nullable: true })] });
    await up(other);
    await addRoom(client, "1");
    expect((await client.query("SELECT floor, note, view FROM app.room")).rows).toHaveLength(1);
  });
});

describe("changes that would lose something", () => {
  test.each<[string, Partial<Entity>, string]>([
    [
      "a field that is gone",
      { fields: room.fields.filter(({ name }) => name !== "beds") },
      'Room: column "beds" is gone',
    ],
    [
      "a field of another type",
      { fields: changed("beds", { type: "string" }) },
      'Room: column "beds" would change its type',
    ],
    [
      "a field that must be given now",
      { fields: [...room.fields, field("wing", "string")] },
      'Room: column "wing" is new, not nullable and has no default',
    ],
    ["a table of another name", { table: "chamber" }, "entity Room is gone"],
  ])("%s is refused, and nothing is changed", async (_, change, message) => {
    const { client, up } = await begin();
    await up(first);
    const bundle = withRoom(change);
    await expect(up(bundle)).rejects.toMatchObject({
      code: "refused",
      message: expect.stringContaining(message) as string,
    });
    expect(await serving(client, first, bundle)).toEqual([true, false]);
  });

  test("an enum value that is gone is refused", async () => {
    const { up } = await begin();
    await up(first);
    const fields = reservation.fields.map((one) => (one.name === "source" ? { ...one, values: ["web"] } : one));
    const bundle = bundleOf([bookRoom], [customer, { ...reservation, fields }, room]);
    await expect(up(bundle)).rejects.toThrow('"phone" would no longer be allowed');
  });
});

describe("interruptions", () => {
  test("a failure inside the transaction leaves nothing, and the next run succeeds", async () => {
    const { client, up } = await begin();
    await expect(up(first, failingAt(client, "CREATE UNIQUE INDEX"))).rejects.toThrow("interrupted");
    expect((await client.query("SELECT 1 FROM pg_namespace WHERE nspname = 'app'")).rows).toEqual([]);
    await up(first);
    expect(await isServing(client, first.digest)).toBe(true);
  });

  test.each(["VALIDATE CONSTRAINT", "CREATE UNIQUE INDEX CONCURRENTLY", "GRANT USAGE"])(
    "a failure at %s leaves the old bundle serving, and the next run finishes",
    async (point) => {
      const { client, up } = await begin();
      await up(first);
      await expect(up(second, failingAt(client, point))).rejects.toThrow("interrupted");
      expect(await serving(client, first, second)).toEqual([true, false]);
      await up(second);
      expect(await isServing(client, second.digest)).toBe(true);
      expect((await client.query("SELECT 1 FROM pg_index WHERE NOT indisvalid")).rows).toEqual([]);
      expect((await client.query("SELECT 1 FROM pg_constraint WHERE NOT convalidated")).rows).toEqual([]);
    },
  );

  test("rows that break a new rule keep it from serving; without the rule the next bundle serves", async () => {
    const { client, up } = await begin();
    await up(first);
    await client.query("INSERT INTO app.room (id, number, beds, nightly_rate) VALUES ($1, '1', 2, 200000)", [
      randomUUID(),
    ]);
    await expect(up(second)).rejects.toMatchObject({
      code: "failed",
      message: expect.stringContaining("room_cheap") as string,
    });
    const relaxed = bundleOf(
      [bookRoom],
      [customer, reservation, { ...(second.entities[2] ?? never()), invariants: [] }],
    );
    await up(relaxed);
    expect(await isServing(client, relaxed.digest)).toBe(true);
  });

  test("locks that others hold are waited for in short attempts, then reported", async () => {
    const { database, up } = await begin();
    await up(first);
    const other = await database.connect("migrator");
    await other.query("BEGIN; LOCK TABLE app.room IN ACCESS SHARE MODE");
    const patience = { lockTimeout: 50, attempts: 2, pause: 10 };
    await expect(up(second, undefined, patience)).rejects.toMatchObject({ code: "locked" });
    await other.query("COMMIT");
    await up(second, undefined, patience);
  });

  test("two migrations at once run one after the other", async () => {
    const { database, up } = await begin();
    const other = await database.connect("migrator");
    const reports = await Promise.all([up(first), up(first, other)]);
    expect(reports.map(({ statements }) => statements.length === 0).toSorted()).toEqual([false, true]);
  });
});

async function begin(): Promise<{
  readonly database: TestDatabase;
  readonly client: pg.Client;
  readonly up: (
    bundle: Bundle,
    through?: MigrateOptions["client"],
    patience?: MigrateOptions["patience"],
  ) => ReturnType<typeof migrate>;
}> {
  const database = await server.createDatabase();
  const client = await database.connect("migrator");
  const options = {
    deployment: { level: "green", acknowledgements: [] },
    executorUser: roles.executor,
    adminUser: roles.admin,
  } as const;
  return {
    database,
    client,
    up: (bundle, through = client, patience = { lockTimeout: 5000, attempts: 3, pause: 10 }) =>
      migrate({ ...options, client: through, bundle, patience }),
  };
}

/** A connection that breaks the migration at the first statement that begins, or goes on, with this text. */
function failingAt(client: pg.Client, text: string): MigrateOptions["client"] {
  return {
    query: (statement, values) =>
      statement.includes(text) ? Promise.reject(new Error("interrupted")) : client.query(statement, values),
  };
}

async function serving(client: pg.Client, ...bundles: readonly Bundle[]): Promise<readonly boolean[]> {
  const answers: boolean[] = [];
  for (const { digest } of bundles) answers.push(await isServing(client, digest));
  return answers;
}

function changed(name: string, change: Partial<Entity["fields"][number]>): Entity["fields"] {
  return room.fields.map((one) =>
    one.name === name ? { ...field(one.name, change.type ?? one.type), ...change } : one,
  );
}

async function addRoom(client: pg.Client, number: string): Promise<string> {
  const id = randomUUID();
  await client.query("INSERT INTO app.room (id, number, beds, nightly_rate) VALUES ($1, $2, 2, 100)", [id, number]);
  return id;
}

async function addReservation(client: pg.Client, number: string): Promise<string> {
  const [id, guest] = [randomUUID(), randomUUID()];
  await client.query("INSERT INTO app.customer (id, subject, name) VALUES ($1, $2, 'Anna')", [guest, guest]);
  const text = `INSERT INTO app.reservation (id, customer_id, room_id, starts_on, ends_on)
    VALUES ($1, $2, $3, '2026-05-01', '2026-05-02')`;
  await client.query(text, [id, guest, await addRoom(client, number)]);
  return id;
}

function never(): never {
  throw new Error("the test expects this to be there");
}
