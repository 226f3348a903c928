import type { Entity } from "@lintel/specs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addReservation, addRoom, begin, first, floor, never, second, serving, withRoom } from "./begin-migration.ts";
import { bookRoom, bundleOf, customer, entity, field, reservation, room, tool } from "./hotel.ts";
import { startPostgres, type TestServer } from "./start-postgres.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server.stop();
});

describe("additive changes", () => {
  test("reach a database that holds rows, constraints last and without long locks", async () => {
    const { client, up } = await begin(server);
    await up(first);
    const id = await addRoom(client, "1");
    const report = await up(second);
    expect(report.statements.map(({ phase, sql }) => `${phase}: ${sql}`).join(";\n")).toMatchInlineSnapshot(`
      "expand: ALTER TABLE "app"."room" ADD COLUMN "floor" bigint DEFAULT '0'::bigint NOT NULL;
      expand: ALTER TABLE "app"."room" ADD COLUMN "note" text;
      expand: ALTER TABLE "app"."room" ADD CONSTRAINT "room_floor_range" CHECK ("floor" BETWEEN 0 AND 99) NOT VALID;
      expand: ALTER TABLE "app"."room" ADD CONSTRAINT "room_cheap" CHECK (("room"."nightly_rate" < '100000'::bigint)) NOT VALID;
      validate: ALTER TABLE "app"."room" VALIDATE CONSTRAINT "room_floor_range";
      validate: ALTER TABLE "app"."room" VALIDATE CONSTRAINT "room_cheap";
      validate: DROP INDEX CONCURRENTLY IF EXISTS "app"."room_floor_number_key";
      validate: CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "room_floor_number_key" ON "app"."room" ("floor", "number") WHERE "deleted_at" IS NULL;
      validate: DROP INDEX CONCURRENTLY IF EXISTS "app"."room_beds_idx";
      validate: CREATE INDEX CONCURRENTLY IF NOT EXISTS "room_beds_idx" ON "app"."room" ("beds")"
    `);
    expect((await client.query("SELECT floor, note FROM app.room WHERE id = $1", [id])).rows).toEqual([
      { floor: "0", note: null },
    ]);
    const { rows } = await client.query("SELECT conname FROM pg_constraint WHERE NOT convalidated");
    expect(rows).toEqual([]);
  });

  test("keep the previous bundle listed, and retire the one before it", async () => {
    const { client, up } = await begin(server);
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
    const { client, up } = await begin(server);
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
    const { client, up } = await begin(server);
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
    const { up } = await begin(server);
    await up(first);
    expect((await up(first)).statements).toEqual([]);
  });

  test("a tool that is new changes no table, and gets its rights", async () => {
    const { database, up } = await begin(server);
    await up(first);
    const report = await up(bundleOf([bookRoom, tool("other", [])]));
    expect(report.statements).toEqual([]);
    const executor = await database.connect("executor");
    expect((await executor.query("SELECT * FROM app.room")).rows).toEqual([]);
  });
});

describe("going back", () => {
  test("to the previous bundle drops only its rules, and the way forward is open again", async () => {
    const { client, up } = await begin(server);
    await up(first);
    await up(second);
    expect((await up(first)).statements.map(({ sql }) => sql)).toEqual([
      `ALTER TABLE "app"."room" DROP CONSTRAINT IF EXISTS "room_cheap"`,
    ]);
    expect(await serving(client, first, second)).toEqual([true, true]);
    const other = withRoom({ fields: [...room.fields, field("view", "string", { nullable: true })] });
    await up(other);
    await addRoom(client, "1");
    expect((await client.query("SELECT floor, note, view FROM app.room")).rows).toHaveLength(1);
  });
});
