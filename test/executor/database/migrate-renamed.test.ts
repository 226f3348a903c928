import { randomUUID } from "node:crypto";
import type { Bundle, Entity } from "@lintel/specs";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readCascaded } from "../../../executor/database/index.ts";
import { addReservation, addRoom, begin, never, withReservation, withRoom } from "./begin-migration.ts";
import {
  bookRoom,
  bundleOf,
  customer,
  entity,
  field,
  input,
  reservation,
  room,
  tool,
  transaction,
  write,
} from "./hotel.ts";
import { startPostgres, type TestServer } from "./start-postgres.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server.stop();
});

const first = bundleOf([bookRoom]);
const others = room.fields.filter(({ name }) => name !== "beds");
const places = field("places", "integer", { minimum: 1, maximum: 8, renamedFrom: "beds" });
const renamed = withRoom({ fields: [...others, places] });
const afterwards = bundleOf([bookRoom, tool("other", [])], renamed.entities);

async function rooms(client: pg.Client, columns: string): Promise<readonly unknown[]> {
  return (await client.query({ text: `SELECT ${columns} FROM app.room ORDER BY number`, rowMode: "array" })).rows;
}

describe("a field that is renamed", () => {
  test("has both names, in step, while both bundles are listed", async () => {
    const { client, up } = await begin(server);
    await up(first);
    await addRoom(client, "1");
    await up(renamed);
    await client.query("INSERT INTO app.room (id, number, beds, nightly_rate) VALUES (gen_random_uuid(), '2', 3, 1)");
    await client.query("INSERT INTO app.room (id, number, places, nightly_rate) VALUES (gen_random_uuid(), '3', 4, 1)");
    expect(await rooms(client, "beds, places")).toEqual([
      ["2", "2"],
      ["3", "3"],
      ["4", "4"],
    ]);
    await client.query("UPDATE app.room SET beds = 7 WHERE number = '1'");
    await client.query("UPDATE app.room SET places = 8 WHERE number = '2'");
    await client.query("UPDATE app.room SET nightly_rate = 2 WHERE number = '3'");
    expect(await rooms(client, "beds, places")).toEqual([
      ["7", "7"],
      ["8", "8"],
      ["4", "4"],
    ]);
    await expect(client.query("UPDATE app.room SET places = NULL")).rejects.toMatchObject({ column: "places" });
  });

  test("serves the previous bundle again after a way back, and forward once more", async () => {
    const { client, up } = await begin(server);
    for (const bundle of [first, renamed, first]) await up(bundle);
    await addRoom(client, "1");
    expect(await rooms(client, "beds, places")).toEqual([["2", "2"]]);
    await up(renamed);
    expect(await rooms(client, "beds, places")).toEqual([["2", "2"]]);
  });

  test("keeps the old column, unfilled, after the release that knows it, until it is dropped on purpose", async () => {
    const { client, up } = await begin(server);
    await up(first);
    await addRoom(client, "1");
    await up(renamed);
    await up(afterwards);
    await client.query("INSERT INTO app.room (id, number, places, nightly_rate) VALUES (gen_random_uuid(), '2', 3, 1)");
    expect(await rooms(client, "beds, places")).toEqual([
      ["2", "2"],
      [null, "3"],
    ]);
  });
});

describe("an entity that is renamed", () => {
  const chamber: Entity = { ...room, name: "Chamber", table: "chamber", renamedFrom: "Room" };
  const inChamber = JSON.parse(JSON.stringify(reservation).replaceAll('"Room"', '"Chamber"')) as Entity;
  const bookChamber = JSON.parse(JSON.stringify(bookRoom).replaceAll('"Room"', '"Chamber"')) as typeof bookRoom;
  const moved = bundleOf([bookChamber], [chamber, customer, inChamber]);

  test("is found under both names, and its rows, history, rules and references move along", async () => {
    const { client, database, up } = await begin(server);
    await up(first);
    await addReservation(client, "1");
    await client.query("UPDATE app.room SET beds = 3");
    const report = await up(moved);
    expect(report.statements.filter(({ kind }) => kind === "index" || kind === "exclusion")).toEqual([]);
    await client.query("INSERT INTO app.room (id, number, beds, nightly_rate) VALUES (gen_random_uuid(), '2', 3, 1)");
    await client.query(
      "INSERT INTO app.chamber (id, number, beds, nightly_rate) VALUES (gen_random_uuid(), '3', 3, 1)",
    );
    expect((await client.query("SELECT number FROM app.room ORDER BY number FOR UPDATE")).rows).toHaveLength(3);
    await client.query("UPDATE app.room AS t SET beds = 4 WHERE number = '1' RETURNING id");
    expect((await client.query("SELECT 1 FROM history.chamber")).rows).toHaveLength(2);
    const duplicate = client.query(
      "INSERT INTO app.room (id, number, beds, nightly_rate) VALUES (gen_random_uuid(), '3', 3, 1)",
    );
    await expect(duplicate).rejects.toMatchObject({ code: "23505", constraint: "chamber_number_key" });
    const executor = await database.connect("executor");
    await executor.query("SELECT id FROM app.room FOR NO KEY UPDATE");
    await executor.query("SELECT id FROM app.chamber FOR NO KEY UPDATE");
  });

  test("has one name after the next release, and its old one again where the new one was left behind", async () => {
    const { client, up } = await begin(server);
    await up(first);
    await addRoom(client, "1");
    await up(moved);
    await up(first);
    const onwards = bundleOf([bookRoom, tool("other", [])]);
    await up(onwards);
    expect(await relations(client)).toEqual([
      ["customer", "r"],
      ["reservation", "r"],
      ["room", "r"],
    ]);
    await up(moved);
    await up(bundleOf([bookChamber, tool("other", [])], moved.entities));
    expect((await client.query("SELECT number FROM app.chamber")).rows).toHaveLength(1);
    expect(await relations(client)).toEqual([
      ["chamber", "r"],
      ["customer", "r"],
      ["reservation", "r"],
    ]);
  });
});

async function relations(client: pg.Client): Promise<readonly unknown[]> {
  const text = `SELECT relname, relkind FROM pg_class WHERE relnamespace = 'app'::regnamespace AND relkind IN ('r', 'v') ORDER BY 1`;
  return (await client.query({ text, rowMode: "array" })).rows;
}

describe("values that are gone", () => {
  const source = reservation.fields.find(({ name }) => name === "source") ?? never();
  const mapped = withReservation({
    fields: [
      ...reservation.fields.filter(({ name }) => name !== "source"),
      { ...source, values: ["web"], renamedValues: { phone: "web" } },
    ],
  });

  test("become what the mapping says, in rows that stand and in what the previous bundle still writes", async () => {
    const { client, up } = await begin(server);
    await up(first);
    const [one, two] = [await addReservation(client, "1"), await addReservation(client, "2")];
    await client.query("UPDATE app.reservation SET source = 'phone'");
    await up(mapped);
    await client.query("UPDATE app.reservation SET source = 'phone' WHERE id = $1", [one]);
    expect((await client.query("SELECT DISTINCT source FROM app.reservation")).rows).toEqual([{ source: "web" }]);
    await up(bundleOf([bookRoom, tool("other", [])], mapped.entities));
    const late = client.query("UPDATE app.reservation SET source = 'phone' WHERE id = $1", [two]);
    await expect(late).rejects.toMatchObject({ constraint: "reservation_source_values" });
  });

  test("states too, past the transitions of the status machine", async () => {
    const { client, up } = await begin(server);
    const status = reservation.status ?? never();
    await up(first);
    const id = await addReservation(client, "1");
    await client.query("UPDATE app.reservation SET status = 'confirmed'");
    await client.query("UPDATE app.reservation SET status = 'completed'");
    const other = await addReservation(client, "2");
    await up(
      withReservation({
        status: {
          ...status,
          final: ["cancelled"],
          states: ["pending", "cancelled", "confirmed"],
          transitions: status.transitions.filter(({ to }) => to !== "completed"),
          renamedStates: { completed: "confirmed" },
        },
      }),
    );
    await client.query("UPDATE app.reservation SET status = 'confirmed' WHERE id = $1", [other]);
    await client.query("UPDATE app.reservation SET status = 'completed' WHERE id = $1", [other]);
    const { rows } = await client.query("SELECT DISTINCT status FROM app.reservation");
    expect([rows, id]).toEqual([[{ status: "confirmed" }], id]);
  });
});

describe("a field that may be null no more", () => {
  const optional = withRoom({ fields: [...room.fields, field("floor", "integer", { nullable: true })] });
  const required = withRoom({ fields: [...room.fields, field("floor", "integer", { default: 0 })] });

  test("gets its default in rows that stand and in what the previous bundle leaves out", async () => {
    const { client, up } = await begin(server);
    await up(optional);
    await addRoom(client, "1");
    await up(required);
    await client.query(
      "INSERT INTO app.room (id, number, beds, nightly_rate, floor) VALUES (gen_random_uuid(), '2', 2, 1, NULL)",
    );
    expect(await rooms(client, "floor")).toEqual([["0"], ["0"]]);
    expect(await notNull(client, "floor")).toBe(true);
  });

  test("keeps null out without a default where no row has it", async () => {
    const { client, up } = await begin(server);
    await up(optional);
    const strict: Bundle = withRoom({ fields: [...room.fields, field("floor", "integer")] });
    await addRoom(client, "1");
    await expect(up(strict)).rejects.toMatchObject({ code: "refused", problems: [{ code: "rows-in-the-way" }] });
    await client.query("UPDATE app.room SET floor = 1");
    await up(strict);
    expect(await notNull(client, "floor")).toBe(true);
  });
});

async function notNull(client: pg.Client, column: string): Promise<unknown> {
  const text = `SELECT attnotnull FROM pg_attribute WHERE attrelid = 'app.room'::regclass AND attname = $1`;
  return (await client.query<{ attnotnull: boolean }>(text, [column])).rows[0]?.attnotnull;
}

describe("what is computed", () => {
  test("otherwise now, or from a field of another name, is computed anew", async () => {
    const { client, up } = await begin(server);
    await up(first);
    await addReservation(client, "1");
    const fields = reservation.fields
      .filter(({ name }) => name !== "endsOn" && name !== "nights")
      .concat([
        field("leavesOn", "date", { renamedFrom: "endsOn" }),
        field("nights", "integer", { computed: "this.leavesOn - this.startsOn + 1" }),
      ]);
    const exclude = [
      {
        name: "no-overlap",
        parts: [
          { fields: ["roomId"], operator: "equal" as const },
          { fields: ["startsOn", "leavesOn"], bounds: "[)" as const, operator: "overlaps" as const },
        ],
      },
    ];
    const invariants = [
      { name: "ends-after-start", expr: "this.leavesOn > this.startsOn", message: "ends after it starts" },
    ];
    const book = JSON.parse(JSON.stringify(bookRoom).replaceAll("endsOn", "leavesOn")) as typeof bookRoom;
    await up(bundleOf([book], [customer, { ...reservation, fields, exclude, invariants }, room]));
    const { rows } = await client.query("SELECT nights, leaves_on = ends_on AS same FROM app.reservation");
    expect(rows).toEqual([{ nights: "2", same: true }]);
  });
});

describe("a deletion that reaches rows of an entity with another name", () => {
  const owner = entity("Owner", []);
  const parent = { name: "owner", type: "belongsTo", entity: "Owner", field: "ownerId", onDelete: "cascade" } as const;
  const holder = { ...parent, name: "holder", field: "holderId" } as const;
  const item = entity("Item", [field("ownerId", "uuid", { ref: "Owner" })], { relationships: [parent] });
  const article = entity(
    "Article",
    [field("added", "string", { default: "x" }), field("holderId", "uuid", { ref: "Owner", renamedFrom: "ownerId" })],
    { relationships: [holder], renamedFrom: "Item" },
  );
  const remove = tool("remove", [transaction("t", [write("gone", "Owner", "softDelete", { key: "${input.id}" })])], {
    input: input({ id: { type: "string", format: "uuid" } }),
  });
  const [before, after] = [bundleOf([remove], [item, owner]), bundleOf([remove], [article, owner])];

  test("is read by each release in its own words, and moves rows that refer to what is deleted", async () => {
    const { client, up } = await begin(server);
    await up(before);
    const [kept, gone] = [randomUUID(), randomUUID()];
    await client.query("INSERT INTO app.owner (id) VALUES ($1), ($2)", [kept, gone]);
    await client.query("INSERT INTO app.item (id, owner_id) VALUES (gen_random_uuid(), $1), (gen_random_uuid(), $2)", [
      kept,
      gone,
    ]);
    await client.query("UPDATE app.owner SET deleted_at = now() WHERE id = $1", [gone]);
    await up(after);
    await client.query("BEGIN");
    await client.query("UPDATE app.owner SET deleted_at = now() WHERE id = $1", [kept]);
    const [ours] = await readCascaded(client, after.entities);
    const [theirs] = await readCascaded(client, before.entities);
    await client.query("COMMIT");
    expect(ours).toMatchObject({
      entity: "Article",
      before: { holderId: kept },
      after: { added: "x", holderId: kept },
    });
    expect(theirs).toMatchObject({ entity: "Item", before: { ownerId: kept }, after: { ownerId: kept } });
    expect(await readCascaded(client, [owner])).toEqual([]);
  });
});
