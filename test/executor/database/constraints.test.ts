import { randomUUID } from "node:crypto";
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { migrate } from "../../../executor/database/index.ts";
import { bookRoom, bundleOf, entities, entity, field } from "./hotel.ts";
import { roles, startPostgres, type TestDatabase, type TestServer } from "./start-postgres.ts";

const gauge = entity("Gauge", [
  field("level", "number", { nullable: true }),
  field("share", "decimal", { nullable: true, precision: 6, scale: 2, maximum: 100 }),
  field("wait", "duration", { nullable: true }),
  field("extra", "json", { nullable: true }),
  field("isOn", "boolean", { default: false }),
]);

let server: TestServer;
let database: TestDatabase;
let owner: pg.Client;
const [room, customer] = [randomUUID(), randomUUID()];

beforeAll(async () => {
  server = await startPostgres();
  database = await server.createDatabase();
  owner = await database.connect("migrator");
  const bundle = bundleOf([bookRoom], [...entities, gauge]);
  const deployment = { level: "green", acknowledgements: [] } as const;
  await migrate({ client: owner, bundle, deployment, executorUser: roles.executor });
  await owner.query("INSERT INTO app.room (id, number, beds, nightly_rate) VALUES ($1, '1', 2, 100)", [room]);
  await owner.query("INSERT INTO app.customer (id, subject, name) VALUES ($1, 'anna', 'Anna')", [customer]);
});
afterAll(async () => {
  await server.stop();
});
beforeEach(async () => {
  await owner.query("TRUNCATE app.reservation, app.gauge");
});

describe("rows that by-pass the executor", () => {
  test.each([
    ["more guests than the maximum", { guests: 9 }, "reservation_guests_range"],
    ["a value that the enum lacks", { source: "fax" }, "reservation_source_values"],
    ["a state that the status machine lacks", { status: "lost" }, "reservation_status_values"],
    ["text that is too long", { note: "x".repeat(101) }, "reservation_note_length"],
    ["a stay that ends before it starts", { ends_on: "2026-04-30" }, "reservation_ends-after-start"],
    ["a customer that does not exist", { customer_id: randomUUID() }, "reservation_customer_id_fkey"],
  ])("%s is refused", async (_, wrong, constraint) => {
    await expect(reserve(wrong)).rejects.toMatchObject({ constraint });
  });

  test("a stay that overlaps another in the same room is refused, one that begins when the other ends is not", async () => {
    await reserve({});
    await expect(reserve({ starts_on: "2026-05-02", ends_on: "2026-05-04" })).rejects.toMatchObject({
      code: "23P01",
      constraint: "reservation_no-overlap",
    });
    await reserve({ starts_on: "2026-05-03", ends_on: "2026-05-04" });
  });

  test("cancelled and deleted stays leave the room free", async () => {
    const first = await reserve({});
    await owner.query("UPDATE app.reservation SET status = 'cancelled' WHERE id = $1", [first]);
    const second = await reserve({});
    await owner.query("UPDATE app.reservation SET deleted_at = now() WHERE id = $1", [second]);
    await reserve({});
  });

  test("two stays that are made at once cannot both be", async () => {
    const others = await Promise.all([1, 2, 3].map(() => database.connect("migrator")));
    const answers = await Promise.allSettled(others.map((client) => reserve({}, client)));
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("a change of status that no transition names is refused", async () => {
    const id = await reserve({});
    await expect(
      owner.query("UPDATE app.reservation SET status = 'completed' WHERE id = $1", [id]),
    ).rejects.toMatchObject({
      code: "23514",
      constraint: "reservation_status_transition",
    });
    await owner.query("UPDATE app.reservation SET status = 'confirmed' WHERE id = $1", [id]);
  });

  test("a unique field is unique among live rows", async () => {
    const insert = "INSERT INTO app.room (id, number, beds, nightly_rate) VALUES (gen_random_uuid(), '7', 1, 1)";
    await owner.query(insert);
    await expect(owner.query(insert)).rejects.toMatchObject({ code: "23505", constraint: "room_number_key" });
    await owner.query("UPDATE app.room SET deleted_at = now() WHERE number = '7'");
    await owner.query(insert);
  });

  test.each([
    ["a number that JSON lacks", "level", "NaN", "gauge_level_range"],
    ["an infinite number", "level", "Infinity", "gauge_level_range"],
    ["a decimal beyond its maximum", "share", "100.01", "gauge_share_range"],
    ["a decimal that is no number", "share", "NaN", "gauge_share_range"],
    ["an integer that JSON cannot carry", "wait", "9007199254740992", "gauge_wait_range"],
  ])("%s is refused", async (_, column, value, constraint) => {
    const insert = `INSERT INTO app.gauge (id, ${column}) VALUES (gen_random_uuid(), $1)`;
    await expect(owner.query(insert, [value])).rejects.toMatchObject({ constraint });
  });
});

async function reserve(values: object, client: pg.Client = owner): Promise<string> {
  const id = randomUUID();
  const usual = { id, customer_id: customer, room_id: room, starts_on: "2026-05-01", ends_on: "2026-05-03" };
  const row = { ...usual, ...values };
  const places = Object.keys(row).map((_, index) => `$${String(index + 1)}`);
  const text = `INSERT INTO app.reservation (${Object.keys(row).join(", ")}) VALUES (${places.join(", ")})`;
  await client.query(text, Object.values(row));
  return id;
}
