import type { NodeOf } from "@lintel/specs";
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { migrate } from "../../../executor/database/index.ts";
import { readerRole } from "../../../executor/database/schema/reader-role.ts";
import { bookRoom, bundleOf, tool } from "./hotel.ts";
import { roles, startPostgres, type TestDatabase, type TestServer } from "./start-postgres.ts";

const sql: NodeOf<"sql"> = {
  type: "sql",
  id: "rows",
  after: [],
  onError: "fail",
  statement: "SELECT number FROM app.room",
  parameters: [],
};
const bundle = bundleOf([bookRoom, tool("rooms", [sql])]);
const successor = "successor@project.iam";
const analyst = "analyst";

let server: TestServer;
let database: TestDatabase;
let superuser: pg.Client;

beforeAll(async () => {
  server = await startPostgres();
  const first = await (await server.createDatabase()).connect("superuser");
  await first.query(`CREATE ROLE "${successor}" LOGIN; CREATE ROLE ${analyst} LOGIN; CREATE ROLE friend LOGIN`);
});
afterAll(() => server.stop());

beforeEach(async () => {
  database = await server.createDatabase();
  superuser = await database.connect("superuser");
  await release(database, roles.executor, roles.admin);
});

async function release(where: TestDatabase, executorUser: string, adminUser?: string): Promise<void> {
  const client = await where.connect("migrator");
  const deployment = { level: "green" as const, acknowledgements: [] };
  await migrate({ client, bundle, deployment, executorUser, adminUser });
  await client.end();
}

/** Who may do what in the workspace's schemas, but for owners. */
async function granted(): Promise<readonly string[]> {
  const { rows } = await superuser.query<{ grantee: string }>(
    `SELECT DISTINCT grantee FROM information_schema.table_privileges WHERE table_schema IN ('app', 'history', 'lintel')
     UNION SELECT grantee FROM information_schema.column_privileges WHERE table_schema IN ('app', 'history', 'lintel')
     UNION SELECT grantee FROM information_schema.routine_privileges WHERE routine_schema IN ('app', 'history', 'lintel')
     UNION SELECT rolname FROM pg_roles, unnest(ARRAY['app', 'history', 'lintel']) AS s
       WHERE NOT rolsuper AND has_schema_privilege(rolname, s, 'USAGE')`,
  );
  return rows
    .map(({ grantee }) => grantee)
    .filter((role) => ![roles.migrator, "postgres"].includes(role) && !role.startsWith("pg_"));
}

const present = [successor, readerRole(successor)];

describe("a migration that names another executor and no admin", () => {
  test("leaves the former ones without any right, whatever they held", async () => {
    const [executor, admin] = [await database.connect("executor"), await database.connect("admin")];
    const sealing = "SELECT * FROM lintel.audit_to_seal(0, now(), 1)";
    await executor.query(sealing);
    await admin.query("SELECT id FROM lintel.audit_log");
    await release(database, successor);
    const denied = { code: "42501" };
    await expect(admin.query("SELECT id FROM lintel.audit_log")).rejects.toMatchObject(denied);
    await expect(executor.query(sealing)).rejects.toMatchObject(denied);
    await expect(executor.query("SELECT 1 FROM app.room")).rejects.toMatchObject(denied);
    await expect(executor.query("DELETE FROM lintel.steps")).rejects.toMatchObject(denied);
    await expect(executor.query(`SET ROLE "${readerRole(roles.executor)}"`)).rejects.toMatchObject(denied);
    expect(new Set(await granted())).toEqual(new Set(present));
  });

  test("gives the new one what it needs", async () => {
    await release(database, successor);
    await superuser.query(`SET SESSION AUTHORIZATION "${successor}"`);
    await superuser.query("SELECT * FROM lintel.audit_to_seal(0, now(), 1)");
    await superuser.query(`SET ROLE "${readerRole(successor)}"`);
    await superuser.query("SELECT number FROM app.room");
    await superuser.query("RESET SESSION AUTHORIZATION");
  });
});

test("rights that were given by hand are taken back, with those that were passed on", async () => {
  await superuser.query(
    `GRANT USAGE ON SCHEMA app TO ${analyst}, friend; GRANT SELECT (number) ON app.room TO ${analyst} WITH GRANT OPTION;
     GRANT USAGE ON SEQUENCE lintel.audit_log_id_seq TO ${analyst}; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA lintel TO ${analyst};
     SET SESSION AUTHORIZATION ${analyst}; GRANT SELECT (number) ON app.room TO friend; RESET SESSION AUTHORIZATION`,
  );
  expect(await granted()).toEqual(expect.arrayContaining([analyst, "friend"]));
  await release(database, successor);
  const { rows } = await superuser.query(
    `SELECT has_sequence_privilege($1, 'lintel.audit_log_id_seq', 'USAGE') AS may`,
    [analyst],
  );
  expect(rows).toEqual([{ may: false }]);
  expect(new Set(await granted())).toEqual(new Set(present));
});

test("the executor of two workspaces keeps in the one what it loses in the other", async () => {
  const other = await server.createDatabase();
  await release(other, roles.executor, roles.admin);
  await release(database, successor);
  const executor = await other.connect("executor");
  await executor.query(`SET ROLE "${readerRole(roles.executor)}"`);
  expect((await executor.query("SELECT number FROM app.room")).rows).toEqual([]);
  await (await other.connect("admin")).query("SELECT id FROM lintel.audit_log");
});

test("the executor that is named again keeps its rights while the release before serves", async () => {
  const executor = await database.connect("executor");
  await release(database, roles.executor);
  await executor.query("SELECT number FROM app.room");
  await executor.query(`SET ROLE "${readerRole(roles.executor)}"`);
  await executor.query("SELECT number FROM app.room");
  expect(new Set(await granted())).toEqual(new Set([roles.executor, readerRole(roles.executor)]));
});
