import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bundle } from "@lintel/specs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readCatalogue } from "../../../executor/database/migration/catalogue/read-catalogue.ts";
import { begin, first, floor, withRoom } from "./begin-migration.ts";
import { bookRoom, bundleOf, field, room, tool } from "./hotel.ts";
import { roles, startPostgres, type TestServer } from "./start-postgres.ts";

let server: TestServer;
let folder: string;
beforeAll(async () => {
  [server, folder] = await Promise.all([startPostgres(), mkdtemp(join(tmpdir(), "lintel-killed-"))]);
});
afterAll(async () => {
  await Promise.all([server.stop(), rm(folder, { recursive: true, force: true })]);
});

const migrations = [
  { action: "drop", entity: "Room", field: "beds", reason: "renamed", by: "a reviewer", expires: "2999-12-31" },
] as const;

const next = withRoom({
  fields: [
    ...room.fields.filter(({ name }) => name !== "beds"),
    field("places", "integer", { minimum: 1, maximum: 8, renamedFrom: "beds" }),
    floor,
  ],
  unique: [...room.unique, ["floor", "number"]],
});
const after = bundleOf([bookRoom, tool("other", [])], next.entities);

const points = [
  "ADD COLUMN",
  'INSERT INTO "lintel"."migrations"',
  'WITH "batch"',
  "VALIDATE CONSTRAINT",
  "SET NOT NULL",
  "CREATE UNIQUE INDEX CONCURRENTLY",
  "GRANT USAGE",
];

test("killed with SIGKILL at any of its steps and run again, a migration completes and no row is lost", async () => {
  const { client, up } = await begin(server);
  await up(first);
  await client.query(
    `INSERT INTO app.room (id, number, beds, nightly_rate) SELECT gen_random_uuid(), i, 1 + i % 8, i FROM generate_series(1, 3000) AS i`,
  );
  const connection = new URL("postgresql://127.0.0.1");
  [connection.host, connection.pathname] = [`${client.host}:${String(client.port)}`, client.database ?? ""];
  [connection.username, connection.password] = [roles.migrator, "test"];
  for (const point of points)
    expect([point, await migrateInProcess(connection.href, next, point)]).toEqual([point, "SIGKILL"]);
  expect(await migrateInProcess(connection.href, next, "")).toBe(0);
  const { rows } = await client.query(
    "SELECT count(*) FILTER (WHERE places = 1 + number::int % 8 AND beds = places) AS kept FROM app.room",
  );
  expect(rows).toEqual([{ kept: "3000" }]);
  expect(await migrateInProcess(connection.href, after, "DROP COLUMN")).toBe("SIGKILL");
  expect(await migrateInProcess(connection.href, after, "")).toBe(0);
  const fresh = await begin(server);
  await fresh.up(after);
  expect((await readCatalogue(client)).tables).toEqual((await readCatalogue(fresh.client)).tables);
}, 120_000);

/** Exit code, or the signal that ended it. */
async function migrateInProcess(url: string, bundle: Bundle, point: string): Promise<number | NodeJS.Signals | null> {
  const file = join(folder, "migration.json");
  const deployment = { level: "green", acknowledgements: [], migrations };
  const options = { deployment, executorUser: roles.executor, adminUser: roles.admin };
  await writeFile(file, JSON.stringify({ bundle, options }));
  const program = join(import.meta.dirname, "killed-migration.ts");
  const child = spawn(process.execPath, [program, url, file, point], { stdio: ["ignore", "inherit", "inherit"] });
  return new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal ?? code)));
}
