import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isServing } from "../../../executor/database/index.ts";
import { begin, failingAt, first, never, second, serving, withRoom } from "./begin-migration.ts";
import { bookRoom, bundleOf, customer, reservation, room } from "./hotel.ts";
import { startPostgres, type TestServer } from "./start-postgres.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server.stop();
});

describe("interruptions", () => {
  test("a failure inside the transaction leaves no table, and the next run succeeds", async () => {
    const { client, up } = await begin(server);
    await expect(up(first, { through: failingAt(client, "CREATE UNIQUE INDEX") })).rejects.toThrow("interrupted");
    expect((await client.query("SELECT 1 FROM pg_tables WHERE schemaname = 'app'")).rows).toEqual([]);
    await up(first);
    expect(await isServing(client, first.digest)).toBe(true);
  });

  test.each(["VALIDATE CONSTRAINT", "CREATE UNIQUE INDEX CONCURRENTLY", "GRANT USAGE"])(
    "a failure at %s leaves the old bundle serving, and the next run finishes",
    async (point) => {
      const { client, up } = await begin(server);
      await up(first);
      await expect(up(second, { through: failingAt(client, point) })).rejects.toThrow("interrupted");
      expect(await serving(client, first, second)).toEqual([true, false]);
      await up(second);
      expect(await isServing(client, second.digest)).toBe(true);
      expect((await client.query("SELECT 1 FROM pg_index WHERE NOT indisvalid")).rows).toEqual([]);
      expect((await client.query("SELECT 1 FROM pg_constraint WHERE NOT convalidated")).rows).toEqual([]);
    },
  );

  test("rows that break a new rule keep it from serving; without the rule the next bundle serves", async () => {
    const { client, up } = await begin(server);
    await up(first);
    await client.query("INSERT INTO app.room (id, number, beds, nightly_rate) VALUES ($1, '1', 2, 200000)", [
      randomUUID(),
    ]);
    await expect(up(second)).rejects.toMatchObject({
      code: "refused",
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
    const { database, up } = await begin(server);
    await up(first);
    const other = await database.connect("migrator");
    await other.query("BEGIN; LOCK TABLE app.room IN ACCESS SHARE MODE");
    const patience = { lockTimeout: 50, attempts: 2, pause: 10 };
    await expect(up(second, { patience })).rejects.toMatchObject({ code: "locked" });
    await other.query("COMMIT");
    await up(second, { patience });
  });

  test("two migrations at once run one after the other", async () => {
    const { database, up } = await begin(server);
    const other = await database.connect("migrator");
    const reports = await Promise.all([up(first), up(first, { through: other })]);
    expect(reports.map(({ statements }) => statements.length === 0).toSorted()).toEqual([false, true]);
  });
});

describe("an index that cannot be built", () => {
  test("is not begun, and is built when the rows are corrected", async () => {
    const { client, up } = await begin(server);
    await up(first);
    await client.query(
      "INSERT INTO app.room (id, number, beds, nightly_rate) VALUES (gen_random_uuid(), '1', 2, 1), (gen_random_uuid(), '2', 2, 1)",
    );
    const unique = withRoom({ unique: [...room.unique, ["beds"]] });
    await expect(up(unique)).rejects.toThrow("rows that stand break room_beds_key");
    expect((await client.query("SELECT 1 FROM pg_index WHERE NOT indisvalid")).rows).toEqual([]);
    expect(await serving(client, first, unique)).toEqual([true, false]);
    await client.query("UPDATE app.room SET beds = 3 WHERE number = '2'");
    await up(unique);
    await expect(client.query("UPDATE app.room SET beds = 4")).rejects.toMatchObject({ constraint: "room_beds_key" });
  });

  test("that a killed build left invalid is built again", async () => {
    const { client, up } = await begin(server);
    await up(first);
    await expect(up(second, { through: failingAt(client, "CREATE INDEX CONCURRENTLY") })).rejects.toThrow(
      "interrupted",
    );
    await client.query(`CREATE INDEX "room_beds_idx" ON app.room ("number")`);
    await up(second);
    const { rows } = await client.query("SELECT pg_get_indexdef('app.room_beds_idx'::regclass) AS def");
    expect(rows).toEqual([{ def: "CREATE INDEX room_beds_idx ON app.room USING btree (beds)" }]);
  });
});
