import type { MigrationAcknowledgement } from "@lintel/specs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planMigration } from "../../../executor/index.ts";
import { addReservation, addRoom, begin, changed, first, second, withRoom } from "./begin-migration.ts";
import { bookRoom, bundleOf, customer, field, room, tool } from "./hotel.ts";
import { startPostgres, type TestServer } from "./start-postgres.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server.stop();
});

const word = { reason: "nobody needs it", by: "a reviewer", expires: "2026-12-31" } as const;
const dropBeds: MigrationAcknowledgement = { action: "drop", entity: "Room", field: "beds", ...word };
const today = "2026-06-01";
const accepted = { migrations: [dropBeds], today };
const withoutBeds = withRoom({ fields: room.fields.filter(({ name }) => name !== "beds") });
const later = bundleOf([bookRoom, tool("other", [])], withoutBeds.entities);

describe("a field that is gone", () => {
  test("stays, unfilled, in the release that stops using it, acknowledged or not", async () => {
    const { client, up } = await begin(server);
    await up(first);
    await addRoom(client, "1");
    const report = await up(withoutBeds, accepted);
    expect(report.statements.filter(({ isDestructive }) => isDestructive)).toEqual([]);
    expect(report.waiting).toEqual(["the release before still uses Room.beds; the next release drops it"]);
    await client.query("INSERT INTO app.room (id, number, nightly_rate) VALUES (gen_random_uuid(), '2', 1)");
    expect((await client.query("SELECT beds FROM app.room ORDER BY number")).rows).toEqual([
      { beds: "2" },
      { beds: null },
    ]);
  });

  test("stays in later releases too without an acknowledgement, or with one that has expired", async () => {
    const { client, up } = await begin(server);
    await up(first);
    await up(withoutBeds);
    await up(later);
    expect((await client.query("SELECT beds FROM app.room")).rows).toEqual([]);
    const report = await up(bundleOf([bookRoom, tool("third", [])], later.entities), {
      ...accepted,
      today: "2027-01-01",
    });
    expect(report.waiting).toEqual(["the acknowledgement to drop Room.beds expired on 2026-12-31"]);
    await client.query("SELECT beds FROM app.room");
  });

  test("is dropped by a later release with its own acknowledgement, once the release before is listed no more", async () => {
    const { client, up } = await begin(server);
    await up(first);
    await up(withoutBeds);
    const report = await up(later, accepted);
    expect(report.statements.map(({ phase, sql, isDestructive = false }) => [phase, sql, isDestructive])).toEqual([
      ["expand", `ALTER TABLE "app"."room" DROP CONSTRAINT IF EXISTS "room_beds_range"`, false],
      ["contract", `ALTER TABLE "app"."room" DROP COLUMN IF EXISTS "beds"`, true],
    ]);
    await expect(client.query("SELECT beds FROM app.room")).rejects.toMatchObject({ code: "42703" });
    expect((await up(withoutBeds, accepted)).statements).toEqual([]);
  });

  test("is not dropped while the specs have it", async () => {
    const { up } = await begin(server);
    await up(first);
    await expect(up(second, accepted)).rejects.toMatchObject({
      code: "refused",
      problems: [{ code: "drop-still-used" }],
    });
  });

  test("is not dropped while an older release answers calls", async () => {
    const { client, up } = await begin(server);
    for (const bundle of [first, withoutBeds]) await up(bundle);
    await client.query(
      `INSERT INTO lintel.audit_log (kind, execution_id, outcome, bundle_digest, started_at)
       VALUES ('execution', gen_random_uuid(), 'answered', $1, now())`,
      [first.digest],
    );
    await expect(up(later, accepted)).rejects.toMatchObject({ code: "refused", problems: [{ code: "still-called" }] });
    await up(later);
  });
});

describe("a way back to a release that requires a removed field", () => {
  test("leaves null in the rows of the release without it, and rows are to be filled before a next release requires it", async () => {
    const { client, up } = await begin(server);
    await up(first);
    await up(withoutBeds);
    await client.query("INSERT INTO app.room (id, number, nightly_rate) VALUES (gen_random_uuid(), '1', 1)");
    const plan = planMigration(withoutBeds, first, { isReturn: true });
    await up(first, { planDigest: plan.digest });
    await client.query("INSERT INTO app.room (id, number, nightly_rate) VALUES (gen_random_uuid(), '2', 1)");
    await up(withoutBeds);
    await up(first);
    const next = bundleOf([bookRoom, tool("other", [])], first.entities);
    await expect(up(next)).rejects.toMatchObject({ problems: [{ code: "rows-in-the-way", field: "beds" }] });
    await client.query("UPDATE app.room SET beds = 2 WHERE beds IS NULL");
    await up(next);
    const { rows } = await client.query(
      "SELECT attnotnull FROM pg_attribute WHERE attrelid = 'app.room'::regclass AND attname = 'beds'",
    );
    expect(rows).toEqual([{ attnotnull: true }]);
  });
});

describe("a field that comes back", () => {
  test("finds its old values, and its default where a later release left none", async () => {
    const { client, up } = await begin(server);
    await up(first);
    await addRoom(client, "1");
    await up(withoutBeds);
    await client.query("INSERT INTO app.room (id, number, nightly_rate) VALUES (gen_random_uuid(), '2', 1)");
    await up(later);
    await up(withRoom({ fields: changed("beds", { minimum: 1, maximum: 9, default: 4 }) }));
    expect((await client.query("SELECT beds FROM app.room ORDER BY number")).rows).toEqual([
      { beds: "2" },
      { beds: "4" },
    ]);
  });

  test("as another type is refused until the old values are dropped", async () => {
    const { up } = await begin(server);
    for (const bundle of [first, withoutBeds, later]) await up(bundle);
    const text = withRoom({ fields: changed("beds", { type: "string", nullable: true }) });
    await expect(up(text)).rejects.toMatchObject({ code: "refused", problems: [{ code: "column-in-the-way" }] });
    await up(bundleOf([bookRoom, tool("third", [])], later.entities), accepted);
    await up(text);
  });
});

describe("the old name of a field that was renamed", () => {
  const places = withRoom({
    fields: room.fields.map((one) => (one.name === "beds" ? { ...one, name: "places", renamedFrom: "beds" } : one)),
  });
  const onwards = bundleOf([bookRoom, tool("other", [])], places.entities);
  const again = withRoom({
    fields: [
      ...(places.entities.find(({ name }) => name === "Room")?.fields ?? []),
      field("beds", "integer", { default: 1 }),
    ],
  });

  test("is not another field's until its old values are dropped, not even right after a way back", async () => {
    const { client, up } = await begin(server);
    await up(first);
    await addRoom(client, "1");
    for (const bundle of [places, first, places, onwards]) await up(bundle);
    await client.query("UPDATE app.room SET places = 3");
    await expect(up(again)).rejects.toMatchObject({
      code: "refused",
      problems: [{ code: "column-in-the-way", field: "beds" }],
    });
    await up(bundleOf([bookRoom, tool("third", [])], places.entities), accepted);
    await up(again);
    expect((await client.query("SELECT beds, places FROM app.room")).rows).toEqual([{ beds: "1", places: "3" }]);
  });
});

test("an acknowledged drop of an entity's old name deletes nothing, in what is reviewed as in what runs", async () => {
  const { client, up } = await begin(server);
  const guest = { ...customer, name: "Guest", table: "guest", renamedFrom: "Customer" };
  const [lone, renamed] = [bundleOf([], [customer]), bundleOf([], [guest])];
  const next = bundleOf([tool("other", [])], [guest]);
  const migrations: readonly MigrationAcknowledgement[] = [{ action: "drop", entity: "Customer", ...word }];
  await up(lone);
  await client.query("INSERT INTO app.customer (id, subject, name) VALUES (gen_random_uuid(), 'a', 'Anna')");
  await up(renamed);
  const plan = planMigration(renamed, next, { acknowledgements: migrations, today });
  expect(plan.steps.filter(({ isDestructive }) => isDestructive)).toEqual([]);
  const report = await up(next, { migrations, today, planDigest: plan.digest });
  expect(report.statements.map(({ sql }) => sql)).toEqual([`DROP VIEW IF EXISTS "app"."customer"`]);
  expect((await client.query("SELECT 1 FROM app.guest")).rows).toHaveLength(1);
});

test("an entity that is gone keeps its rows and is in nobody's way, until it is dropped with its history", async () => {
  const { client, up } = await begin(server);
  const lone = bundleOf([], [customer]);
  await up(first);
  await addReservation(client, "1");
  await up(lone);
  await up(bundleOf([tool("other", [])], [customer]));
  expect((await client.query("SELECT 1 FROM app.reservation")).rows).toHaveLength(1);
  const migrations = ["Room", "Reservation"].map((entity) => ({ action: "drop" as const, entity, ...word }));
  await up(lone, { migrations, today });
  const { rows } = await client.query(
    "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('app', 'history')",
  );
  expect(rows).toHaveLength(2);
});

describe("what is reviewed", () => {
  test("names the drop before it is made, and what is kept", () => {
    const plan = planMigration(withoutBeds, later, { acknowledgements: [dropBeds], today });
    expect(plan.steps).toMatchObject([{ phase: "contract", isDestructive: true, lock: "ACCESS EXCLUSIVE" }]);
    expect(planMigration(first, withoutBeds).retired).toEqual([{ entity: "Room", field: "beds" }]);
  });

  test("is what runs: another plan is refused", async () => {
    const { up } = await begin(server);
    await up(first);
    const { digest } = planMigration(first, second);
    await expect(up(withoutBeds, { planDigest: digest })).rejects.toMatchObject({
      problems: [{ code: "plan-changed" }],
    });
    await up(second, { planDigest: digest });
  });
});

describe("what others change in the database", () => {
  test("is named, and stops the migration before it begins", async () => {
    const { client, up } = await begin(server);
    await up(first);
    await client.query("DROP INDEX app.room_number_key; ALTER TABLE app.room ALTER COLUMN beds SET DEFAULT 5");
    await expect(up(second)).rejects.toThrow(
      /column "beds" of app\.room was bigint NOT NULL, and is bigint NOT NULL DEFAULT[^]+index "room_number_key" of app\.room is gone/u,
    );
    await client.query("ALTER TABLE app.room ALTER COLUMN beds DROP DEFAULT");
    await client.query(`CREATE UNIQUE INDEX room_number_key ON app.room (number) WHERE deleted_at IS NULL`);
    await client.query("CREATE INDEX of_their_own ON app.room (beds)");
    await up(second);
  });

  test("is named where it is a trigger that no longer runs", async () => {
    const { client, database, up } = await begin(server);
    await up(first);
    const owner = await database.connect("superuser");
    await owner.query("ALTER TABLE app.reservation DISABLE TRIGGER ALL");
    await expect(up(second)).rejects.toThrow(
      /constraint "reservation_room_id_fkey" of app\.reservation was .+, and is .+ DISABLED[^]+trigger "reservation_history" of app\.reservation was .+, and is .+ DISABLED/u,
    );
    await client.query("ALTER TABLE app.reservation ENABLE TRIGGER USER");
    await owner.query("ALTER TABLE app.reservation ENABLE TRIGGER ALL");
    await up(second);
  });
});

describe("work on a whole table under its lock", () => {
  const computed = withRoom({
    fields: [...room.fields, field("double", "integer", { computed: "this.beds + this.beds" })],
  });
  const patience = { rewriteTimeout: 1 };

  test("ends after a time limit, which an acknowledgement lifts", async () => {
    const { client, up } = await begin(server);
    await up(first);
    await client.query(
      "INSERT INTO app.room (id, number, beds, nightly_rate) SELECT gen_random_uuid(), i, 2, 1 FROM generate_series(1, 20000) AS i",
    );
    await expect(up(computed, { patience })).rejects.toThrow("lock: Room");
    await up(computed, { patience, migrations: [{ action: "lock", entity: "Room", ...word }], today });
    expect((await client.query("SELECT DISTINCT double FROM app.room")).rows).toEqual([{ double: "4" }]);
  });
});
