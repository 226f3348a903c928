import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DatabaseClient, migrate, readRows, writeRows } from "../../../executor/database/index.ts";
import { bookRoom, bundleOf, input, read, statementsOf, tool, transaction, write } from "./hotel.ts";
import { asClient, bindWith, textOf } from "./run-node.ts";
import { roles, startPostgres, type TestServer } from "./start-postgres.ts";

const newRoom = tool(
  "new-room",
  [
    transaction("t", [
      write("room", "Room", "create", {
        values: { number: "${input.number}", beds: 2, nightlyRate: { amount: 9000, currency: "EUR" } },
      }),
    ]),
  ],
  { input: input({ number: { type: "string" } }) },
);

const signUp = tool(
  "sign-up",
  [
    transaction("t", [
      write("customer", "Customer", "create", { values: { subject: "${input.subject}", name: "${input.name}" } }),
    ]),
  ],
  { input: input({ subject: { type: "string" }, name: { type: "string" } }) },
);

const showReservation = tool(
  "show-reservation",
  [read("found", "Reservation", { where: { id: { eq: "${input.id}" } }, one: true, include: ["customer", "room"] })],
  { input: input({ id: { type: "string", format: "uuid" } }) },
);

const lockReservation = tool("lock-reservation", [transaction("t", showReservation.flow)], {
  concurrency: "pessimistic",
  input: showReservation.input,
});

const listRooms = tool(
  "list-rooms",
  [
    read("rooms", "Room", {
      where: "this.beds >= input.beds",
      sort: [{ field: "number", direction: "desc" }],
      limit: 10,
    }),
  ],
  { input: input({ beds: { type: "integer" } }) },
);

const listOwn = tool("list-own", [read("customers", "Customer", { include: ["reservations"] })]);

let server: TestServer;
let client: DatabaseClient;
beforeAll(async () => {
  server = await startPostgres();
  const database = await server.createDatabase();
  await migrate({
    client: await database.connect("migrator"),
    bundle: bundleOf([bookRoom, newRoom, signUp, showReservation, lockReservation, listRooms, listOwn]),
    deployment: { level: "green", acknowledgements: [] },
    executorUser: roles.executor,
  });
  client = asClient(await database.connect("executor"));
});
afterAll(async () => {
  await server.stop();
});

describe("SQL text", () => {
  test("a locking read by key", () => {
    const { reads } = statementsOf(bookRoom).forRoles(["agent"]);
    expect(textOf(reads["room"]?.statement)).toMatchInlineSnapshot(`
      "select "t"."id", "t"."number", "t"."beds", "t"."nightly_rate", "t"."version", "t"."created_at", "t"."updated_at"
      from "app"."room" as "t"
      where "t"."id" = $1::uuid and "t"."deleted_at" is null
      order by "t"."id" limit 1
      for update of "t""
    `);
  });

  test("a create by an agent, who is under no ownership", () => {
    const { writes } = statementsOf(bookRoom).forRoles(["agent"]);
    expect(textOf(writes["reservation"]?.apply)).toMatchInlineSnapshot(`
      "insert into "app"."reservation" as "t" ("id", "customer_id", "room_id", "starts_on", "ends_on", "guests", "created_at", "updated_at") values ($1::uuid, $2::uuid, $3::uuid, $4::date, $5::date, $6::bigint, $7::timestamptz(3), $8::timestamptz(3))
      returning "t"."id", "t"."customer_id", "t"."room_id", "t"."starts_on", "t"."ends_on", "t"."nights", "t"."guests", "t"."source", "t"."note", "t"."status", "t"."version", "t"."created_at", "t"."updated_at""
    `);
  });

  test("a create by a customer inserts only what will be the customer's", () => {
    const { writes } = statementsOf(bookRoom).forRoles(["customer"]);
    expect(textOf(writes["reservation"]?.apply)).toMatchInlineSnapshot(`
      "insert into "app"."reservation" as "t" ("id", "customer_id", "room_id", "starts_on", "ends_on", "guests", "created_at", "updated_at") select $1::uuid, $2::uuid, $3::uuid, $4::date, $5::date, $6::bigint, $7::timestamptz(3), $8::timestamptz(3)
      where exists (select
      from "app"."customer" as "o1"
      where "o1"."id" = $9::uuid and "o1"."deleted_at" is null and "o1"."subject" = $10::text)
      returning "t"."id", "t"."customer_id", "t"."room_id", "t"."starts_on", "t"."ends_on", "t"."nights", "t"."guests", "t"."source", "t"."note", "t"."status", "t"."version", "t"."created_at", "t"."updated_at""
    `);
  });

  test("a read with relationships, all under ownership", () => {
    const { reads } = statementsOf(showReservation).forRoles(["customer"]);
    expect(textOf(reads["found"]?.statement)).toMatchInlineSnapshot(`
      "select "t"."id", "t"."customer_id", "t"."room_id", "t"."starts_on", "t"."ends_on", "t"."nights", "t"."guests", "t"."source", "t"."note", "t"."status", "t"."version", "t"."created_at", "t"."updated_at", "i1"."rows", "i2"."rows"
      from "app"."reservation" as "t"
      left join lateral (select jsonb_agg("row") as "rows" from (select to_jsonb(array["r1"."id"::text, "r1"."subject"::text, "r1"."name"::text, "r1"."version"::text, "r1"."created_at"::text, "r1"."updated_at"::text]) as "row"
      from "app"."customer" as "r1"
      where "r1"."id" = "t"."customer_id" and "r1"."deleted_at" is null and "r1"."subject" = $1::text
      order by "r1"."id" limit 1) as "s") as "i1" on true
      left join lateral (select jsonb_agg("row") as "rows" from (select to_jsonb(array["r2"."id"::text, "r2"."number"::text, "r2"."beds"::text, "r2"."nightly_rate"::text, "r2"."version"::text, "r2"."created_at"::text, "r2"."updated_at"::text]) as "row"
      from "app"."room" as "r2"
      where "r2"."id" = "t"."room_id" and "r2"."deleted_at" is null
      order by "r2"."id" limit 1) as "s") as "i2" on true
      where "t"."id" = $2::uuid and "t"."deleted_at" is null and exists (select
      from "app"."customer" as "o1"
      where "o1"."id" = "t"."customer_id" and "o1"."deleted_at" is null and "o1"."subject" = $3::text)
      order by "t"."id" limit 1"
    `);
  });

  test("a list by an expression, sorted and limited", () => {
    const { reads } = statementsOf(listRooms).forRoles(["agent"]);
    expect(textOf(reads["rooms"]?.statement)).toMatchInlineSnapshot(`
      "select "t"."id", "t"."number", "t"."beds", "t"."nightly_rate", "t"."version", "t"."created_at", "t"."updated_at"
      from "app"."room" as "t"
      where (("t"."beds" >= $1::bigint)) and "t"."deleted_at" is null
      order by "t"."number" desc, "t"."id" limit 10"
    `);
  });
});

describe("on PostgreSQL", () => {
  test("what is created is what is read, with its relationships, as plain JSON", async () => {
    const room = await create(newRoom, "room", { number: "101" });
    const customer = await create(signUp, "customer", { subject: "anna", name: "Anna" });
    const stay = { customerId: customer["id"], roomId: room["id"], startsOn: "2026-03-01", endsOn: "2026-03-04" };
    const reservation = await create(bookRoom, "reservation", stay, { nodes: { room } });
    expect(reservation).toMatchObject({
      ...stay,
      nights: 3,
      guests: 2,
      source: "web",
      note: null,
      status: "pending",
      version: 1,
    });
    expect(reservation["createdAt"]).toBe("2026-03-01T09:30:00.000Z");
    expect(room["nightlyRate"]).toEqual({ amount: 9000, currency: "EUR" });

    const { reads } = statementsOf(showReservation).forRoles(["agent"]);
    const found = await readRows(client, reads["found"] ?? never(), bindWith({ id: reservation["id"] }));
    expect(found).toEqual([{ ...reservation, customer, room }]);
  });

  test("a customer sees, includes and books only what is the customer's own", async () => {
    const room = await create(newRoom, "room", { number: "102" });
    const berta = await create(signUp, "customer", { subject: "berta", name: "Berta" });
    const stay = { customerId: berta["id"], roomId: room["id"], startsOn: "2026-03-01", endsOn: "2026-03-04" };
    const { writes } = statementsOf(bookRoom).forRoles(["customer"]);
    const write = writes["reservation"] ?? never();
    const bind = (sub: string) => bindWith(stay, { nodes: { room }, claims: { sub } });
    expect(await writeRows(client, write, bind("carla"))).toEqual({ type: "not-owned" });
    expect(await writeRows(client, write, bindWith(stay, { nodes: { room } }))).toEqual({ type: "not-owned" });
    expect(await writeRows(client, write, bind("berta"))).toMatchObject({ type: "written" });

    const list = statementsOf(listOwn).forRoles(["customer"]).reads["customers"] ?? never();
    const own = await readRows(client, list, bindWith({}, { claims: { sub: "berta" } }));
    expect(own).toMatchObject([{ subject: "berta", reservations: [{ roomId: room["id"] }] }]);
    expect(await readRows(client, list, bindWith({}))).toEqual([]);
  });

  test("a customer's sign-up is for the customer alone", async () => {
    const { writes } = statementsOf(signUp).forRoles(["customer"]);
    const bind = bindWith({ subject: "someone", name: "D" }, { claims: { sub: "dora" } });
    expect(await writeRows(client, writes["customer"] ?? never(), bind)).toEqual({ type: "not-owned" });
  });

  test("a row can be locked and read with its relationships at once", async () => {
    const room = await create(newRoom, "room", { number: "103" });
    const customer = await create(signUp, "customer", { subject: "emil", name: "Emil" });
    const stay = { customerId: customer["id"], roomId: room["id"], startsOn: "2026-03-01", endsOn: "2026-03-04" };
    const { id } = await create(bookRoom, "reservation", stay, { nodes: { room } });
    const { reads } = statementsOf(lockReservation).forRoles(["agent"]);
    const found = await readRows(client, reads["found"] ?? never(), bindWith({ id }));
    expect(found).toMatchObject([{ id, customer: { subject: "emil" }, room: { number: "103" } }]);
    const hidden = statementsOf(showReservation).forRoles(["customer"]).reads["found"] ?? never();
    expect(await readRows(client, hidden, bindWith({ id }, { claims: { sub: "frida" } }))).toEqual([]);
  });

  test("text that looks like SQL is text", async () => {
    const room = await create(newRoom, "room", { number: "'; drop -" });
    expect(room["number"]).toBe("'; drop -");
  });
});

async function create(one: typeof bookRoom, node: string, values: object, more: Parameters<typeof bindWith>[1] = {}) {
  const { writes } = statementsOf(one).forRoles(["agent"]);
  const outcome = await writeRows(client, writes[node] ?? never(), bindWith(values, more));
  if (outcome.type !== "written") throw new Error(outcome.type);
  return outcome.rows[0]?.after ?? never();
}

function never(): never {
  throw new Error("the test expects this to be there");
}
