import { randomUUID } from "node:crypto";
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type DatabaseClient, migrate, readRows, writeRows } from "../../../executor/database/index.ts";
import { bookRoom, bundleOf, input, statementsOf, tool, transaction, write } from "./hotel.ts";
import { asClient, bindWith, textOf } from "./run-node.ts";
import { roles, startPostgres, type TestDatabase, type TestServer } from "./start-postgres.ts";

const key = "${input.id}";
const byId = input({ id: { type: "string", format: "uuid" } });

const confirm = tool(
  "confirm",
  [transaction("t", [write("done", "Reservation", "transition", { key, transition: "confirm" })])],
  { input: byId },
);
const changeGuests = tool(
  "change-guests",
  [
    transaction("t", [
      write("done", "Reservation", "update", { key, values: { guests: 3 }, version: "${input.version}" }),
    ]),
  ],
  { input: input({ id: { type: "string", format: "uuid" }, version: { type: ["integer", "null"] } }) },
);
const handOver = tool(
  "hand-over",
  [transaction("t", [write("done", "Reservation", "update", { key, values: { customerId: "${input.to}" } })])],
  { input: input({ id: { type: "string", format: "uuid" }, to: { type: "string", format: "uuid" } }) },
);
const release = tool("release", [
  transaction("t", [
    write("done", "Reservation", "transition", {
      where: 'this.status == "pending" && this.guests == 2',
      transition: "cancel",
      limit: 2,
    }),
  ]),
]);
const closeRoom = tool("close-room", [transaction("t", [write("done", "Room", "softDelete", { key })])], {
  input: byId,
});

let server: TestServer;
let database: TestDatabase;
let owner: pg.Client;
let client: DatabaseClient;
let room: string;
let anna: string;
let berta: string;

beforeAll(async () => {
  server = await startPostgres();
  database = await server.createDatabase();
  owner = await database.connect("migrator");
  const bundle = bundleOf([bookRoom, confirm, changeGuests, handOver, release, closeRoom]);
  await migrate({
    client: owner,
    bundle,
    deployment: { level: "green", acknowledgements: [] },
    executorUser: roles.executor,
  });
  client = asClient(await database.connect("executor", { pipeline: true }));
});
afterAll(async () => {
  await server.stop();
});

beforeEach(async () => {
  [room, anna, berta] = [randomUUID(), randomUUID(), randomUUID()];
  const customers = `INSERT INTO app.customer (id, subject, name) VALUES ($1::uuid, $1::text, 'Anna'), ($2::uuid, $2::text, 'Berta')`;
  await owner.query("TRUNCATE app.customer, app.room, app.reservation");
  await owner.query(customers, [anna, berta]);
  await owner.query("INSERT INTO app.room (id, number, beds, nightly_rate) VALUES ($1, '1', 2, 100)", [room]);
});

describe("SQL text", () => {
  test("a transition by key locks first, then updates", () => {
    const done = statementsOf(confirm).forRoles(["customer"]).writes["done"];
    expect(textOf(done?.lock)).toMatchInlineSnapshot(`
      "select "t"."id", "t"."customer_id", "t"."room_id", "t"."starts_on", "t"."ends_on", "t"."nights", "t"."guests", "t"."source", "t"."note", "t"."status", "t"."version", "t"."created_at", "t"."updated_at"
      from "app"."reservation" as "t"
      where "t"."id" = $1::uuid and "t"."deleted_at" is null and exists (select
      from "app"."customer" as "o1"
      where "o1"."id" = "t"."customer_id" and "o1"."deleted_at" is null and "o1"."subject" = $2::text)
      for no key update of "t""
    `);
    expect(textOf(done?.apply)).toMatchInlineSnapshot(`
      "update "app"."reservation" as "t"
      set "status" = $1::text, "version" = "t"."version" + 1, "updated_at" = $2::timestamptz(3)
      where "t"."id" = $3::uuid and "t"."deleted_at" is null and exists (select
      from "app"."customer" as "o1"
      where "o1"."id" = "t"."customer_id" and "o1"."deleted_at" is null and "o1"."subject" = $4::text) and "t"."status" = any($5::text[])
      returning "t"."id", "t"."customer_id", "t"."room_id", "t"."starts_on", "t"."ends_on", "t"."nights", "t"."guests", "t"."source", "t"."note", "t"."status", "t"."version", "t"."created_at", "t"."updated_at""
    `);
  });

  test("a transition by condition locks no more than one row beyond its limit, in the order of keys", () => {
    const done = statementsOf(release).forRoles(["agent"]).writes["done"];
    expect(textOf(done?.lock)).toMatchInlineSnapshot(`
      "select "t"."id", "t"."customer_id", "t"."room_id", "t"."starts_on", "t"."ends_on", "t"."nights", "t"."guests", "t"."source", "t"."note", "t"."status", "t"."version", "t"."created_at", "t"."updated_at"
      from "app"."reservation" as "t"
      where ((("t"."status" = $1::text) AND ("t"."guests" = $2::bigint))) and "t"."deleted_at" is null and "t"."status" = any($3::text[])
      order by "t"."id" limit 3
      for no key update of "t""
    `);
    expect(textOf(done?.apply)).toMatchInlineSnapshot(`
      "update "app"."reservation" as "t"
      set "status" = $1::text, "version" = "t"."version" + 1, "updated_at" = $2::timestamptz(3)
      where ((("t"."status" = $3::text) AND ("t"."guests" = $4::bigint))) and "t"."deleted_at" is null and "t"."status" = any($5::text[]) and "t"."id" = any($6::uuid[])
      returning "t"."id", "t"."customer_id", "t"."room_id", "t"."starts_on", "t"."ends_on", "t"."nights", "t"."guests", "t"."source", "t"."note", "t"."status", "t"."version", "t"."created_at", "t"."updated_at""
    `);
  });
});

describe("by key", () => {
  test("a transition answers the row before and after, one version on", async () => {
    const id = await reserve(anna, 1);
    expect(await run(confirm, { id })).toMatchObject({
      type: "written",
      rows: [{ before: { id, status: "pending", version: 1 }, after: { id, status: "confirmed", version: 2 } }],
    });
  });

  test("a row in another state, of another version or that is not there is told apart", async () => {
    const id = await reserve(anna, 1);
    await run(confirm, { id });
    expect(await run(confirm, { id })).toEqual({ type: "wrong-state", state: "confirmed", from: ["pending"] });
    expect(await run(confirm, { id: randomUUID() })).toEqual({ type: "not-found" });
    expect(await run(changeGuests, { id, version: 1 })).toEqual({ type: "version-conflict", expected: 1, actual: 2 });
    expect(await run(changeGuests, { id, version: 2 })).toMatchObject({ type: "written" });
    expect(await run(changeGuests, { id, version: null })).toMatchObject({ type: "written" });
  });

  test("a row that changed after this execution read it is a conflict", async () => {
    const id = await reserve(anna, 1);
    const bind = bindWith(
      { id },
      { seenVersion: (entity, row) => (entity === "Reservation" && row === id ? 7 : undefined) },
    );
    const done = statementsOf(confirm).forRoles(["agent"]).writes["done"] ?? never();
    expect(await writeRows(client, done, bind)).toEqual({ type: "version-conflict", expected: 7, actual: 1 });
  });

  test("another customer's row is not found, and one's own cannot be handed to someone else", async () => {
    const id = await reserve(anna, 1);
    expect(await run(confirm, { id }, "customer", berta)).toEqual({ type: "not-found" });
    expect(await run(handOver, { id, to: berta }, "customer", anna)).toEqual({ type: "not-owned" });
    expect(await run(handOver, { id, to: berta }, "agent")).toMatchObject({ type: "written" });
  });

  test("the history keeps each superseded version", async () => {
    const id = await reserve(anna, 1);
    await run(confirm, { id });
    const { rows } = await owner.query(
      `SELECT version, operation, "row"->>'status' AS status FROM history.reservation WHERE id = $1`,
      [id],
    );
    expect(rows).toEqual([{ version: "1", operation: "UPDATE", status: "pending" }]);
  });
});

describe("by condition", () => {
  test("changes every row that matches, and says so when these are more than the limit", async () => {
    const pending = [await reserve(anna, 1), await reserve(anna, 10)];
    await run(confirm, { id: await reserve(anna, 15) });
    const released = await run(release, {});
    const ids = released.type === "written" ? released.rows.map(({ after }) => after["id"]) : [];
    expect(ids.toSorted()).toEqual(pending.toSorted());
    for (const day of [1, 10, 20]) await reserve(anna, day);
    expect(await run(release, {})).toEqual({ type: "too-many-rows", limit: 2 });
  });
});

describe("soft deletion", () => {
  test("hides the row, and is refused while live rows refer to it", async () => {
    const id = await reserve(anna, 1);
    await expect(run(closeRoom, { id: room })).rejects.toMatchObject({
      code: "23001",
      constraint: "reservation_room_id_fkey",
    });
    await owner.query("UPDATE app.reservation SET deleted_at = now() WHERE id = $1", [id]);
    expect(await run(closeRoom, { id: room })).toMatchObject({ type: "written" });
    expect(await run(closeRoom, { id: room })).toEqual({ type: "not-found" });
  });

  test("a deleted row cannot be referred to", async () => {
    expect(await run(closeRoom, { id: room })).toMatchObject({ type: "written" });
    await expect(reserve(anna, 1)).rejects.toMatchObject({ code: "23503", constraint: "reservation_room_id_fkey" });
  });

  test("waits for a reservation that is being made, and then sees it", async () => {
    await owner.query("BEGIN");
    await reserve(anna, 1);
    const closing = run(closeRoom, { id: room });
    await Promise.race([closing.catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 100))]);
    await owner.query("COMMIT");
    await expect(closing).rejects.toMatchObject({ code: "23001" });
  });
});

describe("callers at once", () => {
  test("of one room for the same days, one gets it and each of the others is refused by name", async () => {
    const pipelined = await Promise.all(
      Array.from({ length: 6 }, () => database.connect("executor", { pipeline: true })),
    );
    const answers = await Promise.all(pipelined.map((connection) => book(connection)));
    expect(answers.toSorted()).toEqual(["COMMIT", ...Array.from({ length: 5 }, () => "reservation_no-overlap")]);
    expect((await owner.query("SELECT 1 FROM app.reservation")).rows).toHaveLength(1);
  });
});

/** One booking: everything but COMMIT goes out without waiting for an answer. */
async function book(connection: pg.Client): Promise<string> {
  const { reads, writes } = statementsOf(bookRoom).forRoles(["agent"]);
  const stay = { customerId: anna, roomId: room, startsOn: "2026-06-01", endsOn: "2026-06-04" };
  const bind = bindWith(stay, { nodes: { room: { id: room } } });
  const begun = connection.query("BEGIN");
  const locked = readRows(asClient(connection), reads["room"] ?? never(), bind);
  const written = writeRows(asClient(connection), writes["reservation"] ?? never(), bind);
  try {
    await Promise.all([begun, locked, written]);
    return (await connection.query("COMMIT")).command;
  } catch (error) {
    await connection.query("ROLLBACK");
    return (error as pg.DatabaseError).constraint ?? "unnamed";
  }
}

async function reserve(customer: string, day: number): Promise<string> {
  const id = randomUUID();
  const text = `INSERT INTO app.reservation (id, customer_id, room_id, starts_on, ends_on, guests)
    VALUES ($1, $2, $3, date '2026-05-01' + $4::int, date '2026-05-02' + $4::int, 2)`;
  await owner.query(text, [id, customer, room, day]);
  return id;
}

function run(one: typeof confirm, values: object, role = "agent", sub?: string) {
  const done = statementsOf(one).forRoles([role]).writes["done"] ?? never();
  return writeRows(client, done, bindWith(values, sub === undefined ? {} : { claims: { sub } }));
}

function never(): never {
  throw new Error("the test expects this to be there");
}
