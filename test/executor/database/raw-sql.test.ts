import type { NodeOf } from "@lintel/specs";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrate, runRawRead } from "../../../executor/database/index.ts";
import { readerRole } from "../../../executor/index.ts";
import { bookRoom, bundleOf, tool } from "./hotel.ts";
import { roles, startPostgres, type TestDatabase, type TestServer } from "./start-postgres.ts";

const raw = (id: string, statement: string): NodeOf<"sql"> => ({
  type: "sql",
  id,
  after: [],
  onError: "fail",
  statement,
  parameters: [],
});
const rooms = tool("rooms", [raw("rows", "SELECT number FROM app.room")]);
const customers = tool("customers", [raw("rows", "SELECT name FROM app.customer")]);
const deployment = { level: "green", acknowledgements: [] } as const;

let server: TestServer;
let database: TestDatabase;
let owner: pg.Client;
let superuser: pg.Client;
let executor: pg.PoolClient;

beforeAll(async () => {
  server = await startPostgres();
  database = await server.createDatabase();
  owner = await database.connect("migrator");
  superuser = await database.connect("superuser");
  await migrate({ client: owner, bundle: bundleOf([bookRoom, rooms]), deployment, executorUser: roles.executor });
  executor = (await database.connect("executor", { pipeline: true })) as unknown as pg.PoolClient;
  await superuser.query(
    `CREATE TABLE app.caught (n int); GRANT INSERT ON app.caught TO PUBLIC;
     CREATE FUNCTION app.spring() RETURNS int LANGUAGE sql VOLATILE SECURITY DEFINER AS 'INSERT INTO app.caught VALUES (1) RETURNING n'`,
  );
});
afterAll(async () => {
  await server.stop();
});

/** As the executor runs it, without the gate before it. */
async function read(statement: string): Promise<readonly object[]> {
  await executor.query("BEGIN");
  try {
    return await runRawRead(executor, { statement, parameters: [], limit: 10, timeout: 5000 });
  } finally {
    await executor.query("ROLLBACK");
  }
}

describe("raw SQL", () => {
  test("runs as a role that cannot log in, and leaves the transaction to the executor's", async () => {
    expect(await read("SELECT current_user AS me, session_user AS login")).toEqual([
      { me: readerRole(roles.executor), login: roles.executor },
    ]);
    await executor.query("BEGIN");
    await runRawRead(executor, { statement: "SELECT 1", parameters: [], limit: 1, timeout: 5000 });
    const { rows } = await executor.query(
      "SELECT current_user AS me, current_setting('transaction_read_only') AS read",
    );
    await executor.query("ROLLBACK");
    expect(rows).toEqual([{ me: roles.executor, read: "off" }]);
  });

  test.each([
    ["a system table that the executor may read", "SELECT digest FROM lintel.bundles"],
    ["a table that no SQL of the bundle names", "SELECT name FROM app.customer"],
    ["the history", "SELECT row FROM history.room"],
  ])("may not select from %s", async (_, statement) => {
    await expect(read(statement)).rejects.toMatchObject({ code: "42501" });
  });

  test.each([
    ["a volatile function", "SELECT app.spring()"],
    ["one in a condition", "SELECT 1 WHERE app.spring() = 1"],
    ["one after it took its own role back", "SELECT set_config('role', 'none', false), app.spring()"],
    [
      "one after it asked for a transaction that writes",
      "SELECT set_config('transaction_read_only', 'off', false), app.spring()",
    ],
  ])("writes nothing through %s", async (_, statement) => {
    await expect(read(statement)).rejects.toBeInstanceOf(pg.DatabaseError);
    expect((await superuser.query("SELECT FROM app.caught")).rows).toEqual([]);
  });

  test("writes nothing even where the transaction would let it: its role may not", async () => {
    await superuser.query(
      "CREATE FUNCTION app.free() RETURNS int LANGUAGE sql VOLATILE AS 'UPDATE app.room SET version = 1 RETURNING 1'",
    );
    const role = `SET LOCAL ROLE "${readerRole(roles.executor)}"`;
    for (const text of ["SELECT app.free()", "UPDATE app.room SET version = 1", "DELETE FROM app.room"]) {
      await executor.query("BEGIN READ WRITE");
      await executor.query(role);
      await expect(executor.query(text)).rejects.toMatchObject({ code: "42501" });
      await executor.query("ROLLBACK");
    }
  });
});

describe("the role's rights", () => {
  const readable = async (): Promise<readonly string[]> => {
    const { rows } = await owner.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.table_privileges
       WHERE grantee = $1 AND privilege_type = 'SELECT' ORDER BY 1`,
      [readerRole(roles.executor)],
    );
    return rows.map(({ name }) => name);
  };

  test("follow the SQL of both listed bundles, and end with it", async () => {
    const up = (...tools: Parameters<typeof bundleOf>[0]): ReturnType<typeof migrate> =>
      migrate({ client: owner, bundle: bundleOf(tools), deployment, executorUser: roles.executor });
    expect(await readable()).toEqual(["room"]);
    await up(bookRoom, customers);
    expect(await readable()).toEqual(["customer", "room"]);
    await up(bookRoom);
    expect(await readable()).toEqual(["customer"]);
    await up(bookRoom, tool("idle", []));
    expect(await readable()).toEqual([]);
    const { rows } = await owner.query("SELECT has_schema_privilege($1, 'app', 'USAGE') AS may", [
      readerRole(roles.executor),
    ]);
    expect(rows).toEqual([{ may: false }]);
  });

  test("are no concern of a bundle without SQL; with it, a migrator who may make no role is told what to run", async () => {
    const fresh = await server.createDatabase();
    await superuser.query("CREATE ROLE other_executor; CREATE ROLE plain LOGIN PASSWORD 'test'");
    await superuser.query(`GRANT CREATE ON DATABASE ${fresh.name} TO plain`);
    const plain = new pg.Client({
      host: superuser.host,
      port: superuser.port,
      user: "plain",
      password: "test",
      database: fresh.name,
    });
    await plain.connect();
    const up = (...tools: Parameters<typeof bundleOf>[0]): ReturnType<typeof migrate> =>
      migrate({ client: plain, bundle: bundleOf(tools), deployment, executorUser: "other_executor" });
    try {
      await superuser.query(`CREATE EXTENSION IF NOT EXISTS btree_gist`);
      const role = readerRole("other_executor");
      await expect(up(rooms)).rejects.toThrow(`CREATE ROLE "${role}" NOLOGIN; GRANT "${role}" TO "other_executor";`);
      const { rows } = await plain.query("SELECT FROM pg_namespace WHERE nspname IN ('app', 'lintel')");
      expect(rows).toEqual([]);
      await superuser.query(`CREATE ROLE "${role}" NOLOGIN; GRANT "${role}" TO other_executor`);
      await expect(up(tool("idle", []))).resolves.toMatchObject({ waiting: [] });
      await expect(up(rooms)).resolves.toMatchObject({ waiting: [] });
    } finally {
      await plain.end();
    }
  });
});
