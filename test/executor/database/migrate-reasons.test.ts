import { inspect } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { begin } from "./begin-migration.ts";
import { bundleOf, entity, field } from "./hotel.ts";
import { startPostgres, type TestServer } from "./start-postgres.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server.stop();
});

const secret = "4111111111111111";
const fields = [field("card", "string", { sensitive: true }), field("size", "integer")];
const before = bundleOf([], [entity("Thing", fields)]);
const unique = bundleOf([], [entity("Thing", fields, { unique: [["card"]] })]);
const computed = bundleOf(
  [],
  [entity("Thing", [...fields, field("share", "integer", { computed: "10 / this.size" })])],
);

test("what PostgreSQL says of rows is told without their values, also in the error's cause", async () => {
  const { client, up } = await begin(server);
  await up(before);
  await client.query(`INSERT INTO app.thing (id, card, size) VALUES (gen_random_uuid(), '${secret}', 0)`);
  // Written while the migration runs, after rows were asked.
  const through = {
    query: async (statement: string, values?: unknown[]) => {
      if (statement.startsWith("CREATE UNIQUE INDEX CONCURRENTLY")) {
        await client.query(`INSERT INTO app.thing (id, card, size) VALUES (gen_random_uuid(), '${secret}', 0)`);
      }
      return client.query(statement, values);
    },
  };
  const error: unknown = await up(unique, { through }).catch((one: unknown) => one);
  expect(error).toMatchObject({ code: "failed", cause: { code: "23505" } });
  expect(String(error)).toContain(
    'rows have the same values (SQLSTATE 23505, table "thing", constraint "thing_card_key")',
  );
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(secret);
});

test("a value that cannot be computed is told by its code", async () => {
  const { client, up } = await begin(server);
  await up(before);
  await client.query(`INSERT INTO app.thing (id, card, size) VALUES (gen_random_uuid(), '${secret}', 0)`);
  const error: unknown = await up(computed).catch((one: unknown) => one);
  expect(String(error)).toContain("a value of some row cannot be computed or held (SQLSTATE 22012)");
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(secret);
});
