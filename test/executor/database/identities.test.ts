import { randomUUID } from "node:crypto";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrate } from "../../../executor/database/index.ts";
import { bookRoom, bundleOf, tool, transaction, write } from "./hotel.ts";
import { roles, startPostgres, type TestServer } from "./start-postgres.ts";

const confirm = tool("confirm", [
  transaction("t", [write("done", "Reservation", "transition", { key: "x", transition: "confirm" })]),
]);
const bundle = bundleOf([bookRoom, confirm]);

let server: TestServer;
let owner: pg.Client;
let executor: pg.Client;
let admin: pg.Client;

beforeAll(async () => {
  server = await startPostgres();
  const database = await server.createDatabase();
  owner = await database.connect("migrator");
  await migrate({
    client: owner,
    bundle,
    deployment: { level: "green", acknowledgements: [] },
    executorUser: roles.executor,
    adminUser: roles.admin,
  });
  [executor, admin] = [await database.connect("executor"), await database.connect("admin")];
});
afterAll(async () => {
  await server.stop();
});

const denied = { code: "42501" };

describe("the executor", () => {
  test("has just the rights that its tools need", async () => {
    const { rows } = await owner.query(
      `SELECT table_schema || '.' || table_name AS "table", privilege_type AS "right",
         string_agg(column_name, ' ' ORDER BY column_name) AS columns
       FROM information_schema.column_privileges WHERE grantee = $1 AND table_schema = 'app' AND privilege_type <> 'SELECT'
       GROUP BY 1, 2 ORDER BY 1, 2`,
      [roles.executor],
    );
    expect(rows.map(({ table, right, columns }) => `${table}: ${right} ${columns}`)).toMatchInlineSnapshot(`
      [
        "app.reservation: INSERT created_at customer_id ends_on guests id room_id starts_on updated_at",
        "app.reservation: UPDATE status updated_at version",
        "app.room: UPDATE version",
      ]
    `);
  });

  test.each([
    ["delete rows", `DELETE FROM app.reservation`],
    ["truncate", `TRUNCATE app.reservation`],
    ["write a column that no tool writes", `UPDATE app.reservation SET customer_id = gen_random_uuid()`],
    ["write a table that no tool writes", `INSERT INTO app.customer (id) VALUES (gen_random_uuid())`],
    ["change the schema", `ALTER TABLE app.reservation ADD COLUMN x int`],
    ["create tables", `CREATE TABLE app.x (y int)`],
    ["read history", `SELECT * FROM history.reservation`],
    ["read the audit log", `SELECT * FROM lintel.audit_log`],
    ["change the audit log", `UPDATE lintel.audit_log SET outcome = 'x'`],
    ["delete from the audit log", `DELETE FROM lintel.audit_log`],
    ["rewrite a bundle", `UPDATE lintel.bundles SET bundle = '{}'`],
    ["read when a bundle was stored", `SELECT stored_at FROM lintel.bundles`],
    ["rewrite what an execution began with", `UPDATE lintel.executions SET begun = ''`],
    ["rewrite a step of an execution", `UPDATE lintel.steps SET outcome = ''`],
    ["list a bundle as serving", `UPDATE lintel.bundles SET state = 'serving'`],
    ["read migrations", `SELECT * FROM lintel.migrations`],
    ["delete journal entries", `DELETE FROM lintel.effects`],
    [
      "call the functions of triggers from tables of its own",
      `CREATE TEMP TABLE t (id uuid, version bigint); CREATE TRIGGER t AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION lintel.reservation_history()`,
    ],
  ])("cannot %s", async (_, text) => {
    await expect(executor.query(text)).rejects.toMatchObject(denied);
  });
});

describe("the audit log", () => {
  test("takes what the executor records, and shows it to the admin", async () => {
    const id = randomUUID();
    await executor.query(
      `INSERT INTO lintel.audit_log (kind, execution_id, tool, outcome, status, error_code, bundle_digest, started_at)
       VALUES ('execution', $1, 'book-room', 'refused', 403, 'forbidden', $2, now())`,
      [id, bundle.digest],
    );
    const { rows } = await admin.query(`SELECT * FROM lintel.audit_log WHERE execution_id = $1`, [id]);
    expect(rows).toMatchObject([{ kind: "execution", outcome: "refused", status: 403, caller_roles: [], changes: [] }]);
  });

  test.each(["UPDATE lintel.audit_log SET outcome = 'x'", "DELETE FROM lintel.audit_log", "TRUNCATE lintel.audit_log"])(
    "refuses its own owner: %s",
    async (text) => {
      await expect(owner.query(text)).rejects.toThrow("append-only");
    },
  );

  test("holds the deployment", async () => {
    const { rows } = await admin.query(
      `SELECT outcome, details, bundle_digest FROM lintel.audit_log WHERE kind = 'deployment'`,
    );
    expect(rows).toMatchObject([
      { outcome: "deployed", details: { level: "green", acknowledgements: [] }, bundle_digest: bundle.digest },
    ]);
  });
});

describe("the admin", () => {
  test.each([
    "SELECT * FROM app.reservation",
    "SELECT response FROM lintel.idempotency_keys",
    "SELECT result FROM lintel.effects",
    "INSERT INTO lintel.audit_log DEFAULT VALUES",
  ])("cannot: %s", async (text) => {
    await expect(admin.query(text)).rejects.toMatchObject(denied);
  });
});
