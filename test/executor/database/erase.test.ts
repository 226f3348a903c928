import { randomUUID } from "node:crypto";
import type { Entity } from "@lintel/specs";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DatabaseClient, migrate, type WriteOutcome, writeRows } from "../../../executor/database/index.ts";
import { bundleOf, entity, field, input, statementsOf, tool, transaction, write } from "./hotel.ts";
import { asClient, bindWith, textOf } from "./run-node.ts";
import { roles, startPostgres, type TestServer } from "./start-postgres.ts";

/** Personal fields of every kind: nullable, unique, of a least length, with a default, and what is computed from them. */
const person = entity(
  "Person",
  [
    field("subject", "string", { maxLength: 200, personal: true }),
    field("name", "string", { minLength: 8, personal: true }),
    field("initials", "string", { maxLength: 3, personal: true }),
    field("born", "date", { nullable: true, personal: true }),
    field("newsletter", "boolean", { default: false, personal: true }),
    field("tags", "json", { default: [], personal: true }),
    field("greeting", "string", { computed: '"Dear " + this.name' }),
    field("points", "integer", { default: 0 }),
  ],
  {
    unique: [["subject"]],
    ownership: { via: ["subject"], claim: "sub", roles: ["customer"] },
    invariants: [{ name: "some-points", expr: "this.points >= 0", message: "points are not negative" }],
  },
);
const invoice = entity(
  "Invoice",
  [field("personId", "uuid", { ref: "Person" }), field("recipient", "string", { personal: true })],
  {
    relationships: [{ name: "person", type: "belongsTo", entity: "Person", field: "personId", onDelete: "restrict" }],
  },
);
const all: readonly Entity[] = [person, invoice];

const key = "${input.id}";
const byId = input({ id: { type: "string", format: "uuid" } });
const forget = tool("forget", [transaction("t", [write("done", "Person", "erase", { key })])], { input: byId });
const forgetAtVersion = tool(
  "forget-at-version",
  [transaction("t", [write("done", "Person", "erase", { key, version: 3 })])],
  { input: byId },
);
const forgetMany = tool("forget-many", [
  transaction("t", [write("done", "Person", "erase", { where: { points: { eq: 7 } }, limit: 2 })]),
]);
const change = tool(
  "change",
  [transaction("t", [write("done", "Person", "update", { key, values: { name: "${input.name}" } })])],
  { input: input({ id: { type: "string", format: "uuid" }, name: { type: "string" } }) },
);
const remove = tool("remove", [transaction("t", [write("done", "Person", "softDelete", { key })])], { input: byId });
const bill = tool(
  "bill",
  [transaction("t", [write("done", "Invoice", "create", { values: { personId: key, recipient: "x" } })])],
  { input: byId },
);
const tools = [forget, forgetAtVersion, forgetMany, change, remove, bill];

let server: TestServer;
let owner: pg.Client;
let executor: pg.Client;
let client: DatabaseClient;

beforeAll(async () => {
  server = await startPostgres();
  const database = await server.createDatabase();
  owner = await database.connect("migrator");
  await up(owner, bundleOf(tools, all));
  executor = await database.connect("executor", { pipeline: true });
  client = asClient(executor);
});
afterAll(async () => {
  await server.stop();
});

function up(to: pg.Client, bundle: ReturnType<typeof bundleOf>): ReturnType<typeof migrate> {
  const deployment = { level: "green", acknowledgements: [] } as const;
  return migrate({ client: to, bundle, deployment, executorUser: roles.executor });
}

async function addPerson(more: { readonly points?: number } = {}): Promise<string> {
  const id = randomUUID();
  await owner.query(
    `INSERT INTO app.person (id, subject, name, initials, born, newsletter, tags, points)
     VALUES ($1::uuid, 'sub-' || $1::text, 'Anna Alvarez', 'AA', '1980-01-02', true, '["vip"]', $2)`,
    [id, more.points ?? 0],
  );
  return id;
}

async function run(one: typeof forget, given: object, sub?: string): Promise<WriteOutcome> {
  const statement = statementsOf(one, all).forRoles(sub === undefined ? ["agent"] : ["customer"]).writes["done"];
  if (statement === undefined) throw new Error("the tool has no write");
  return writeRows(client, statement, bindWith(given, sub === undefined ? {} : { claims: { sub } }));
}

/** All that stands of a person anywhere, as text. */
async function traces(id: string): Promise<string> {
  const { rows } = await owner.query(
    `SELECT to_jsonb(p)::text AS row FROM app.person p WHERE id = $1 UNION ALL SELECT row::text FROM history.person WHERE id = $1`,
    [id],
  );
  return rows.map(({ row }) => String(row)).join("\n");
}

const personal = /Anna|Alvarez|"AA"|1980-01|vip|sub-|Berta|Dear A/u;

test("the SQL says when, and the database does the rest", () => {
  const done = statementsOf(forget, all).forRoles(["customer"]).writes["done"];
  expect(textOf(done?.lock)).toContain(`where "t"."id" = $1::uuid and "t"."subject" = $2::text\nfor no key update`);
  expect(textOf(done?.apply)).toMatchInlineSnapshot(`
    "update "app"."person" as "t"
    set "erased_at" = $1::timestamptz(3), "version" = "t"."version" + 1, "updated_at" = $2::timestamptz(3)
    where "t"."id" = $3::uuid and "t"."subject" = $4::text
    returning "t"."id", "t"."subject", "t"."name", "t"."initials", "t"."born", "t"."newsletter", "t"."tags", "t"."greeting", "t"."points", "t"."version", "t"."created_at", "t"."updated_at""
  `);
});

describe("an erasure", () => {
  test("takes personal values out of the row, each for what its field can hold, and keeps the rest", async () => {
    const id = await addPerson({ points: 3 });
    const outcome = await run(forget, { id });
    expect(outcome.type === "written" ? outcome.rows[0]?.after : outcome).toMatchObject({
      id,
      version: 2,
      subject: id,
      name: "erased--",
      initials: "era",
      born: null,
      newsletter: false,
      tags: [],
      greeting: "Dear erased--",
      points: 3,
    });
    expect(await traces(id)).not.toMatch(personal);
  });

  test("goes through the row's history, and leaves there what is not personal", async () => {
    const id = await addPerson({ points: 4 });
    await run(change, { id, name: "Berta Blom" });
    await run(change, { id, name: "Berta Brandt" });
    expect(await traces(id)).toMatch(/Berta Blom/u);
    await run(forget, { id });
    expect(await traces(id)).not.toMatch(personal);
    const { rows } = await owner.query<Record<string, unknown>>(
      "SELECT version, operation, row FROM history.person WHERE id = $1 ORDER BY 1",
      [id],
    );
    expect(rows.map(({ version, operation }) => [version, operation])).toEqual([
      ["1", "UPDATE"],
      ["2", "UPDATE"],
      ["3", "ERASE"],
    ]);
    for (const { row } of rows) {
      expect(Object.keys(row as object).sort()).toEqual(
        ["created_at", "deleted_at", "erased_at", "id", "points", "updated_at", "version"].sort(),
      );
      expect(row).toMatchObject({ id, points: 4 });
    }
  });

  test("reaches deleted rows", async () => {
    const id = await addPerson();
    await run(remove, { id });
    expect(await run(forget, { id })).toMatchObject({ type: "written" });
    expect(await traces(id)).not.toMatch(personal);
  });

  test("may be repeated, with what was written since", async () => {
    const id = await addPerson();
    await run(forget, { id });
    await run(change, { id, name: "Berta Blom" });
    // At the same instant of the execution's clock.
    expect(await run(forget, { id })).toMatchObject({ type: "written", rows: [{ after: { version: 4 } }] });
    expect(await traces(id)).not.toMatch(personal);
  });

  test("of two rows does not make them collide in what is unique", async () => {
    const ids = [await addPerson(), await addPerson()];
    for (const id of ids) expect(await run(forget, { id })).toMatchObject({ type: "written" });
  });

  test("of several rows is bounded like every write", async () => {
    const ids = [await addPerson({ points: 7 }), await addPerson({ points: 7 })];
    expect(await run(forgetMany, {})).toMatchObject({ type: "written", rows: [{}, {}] });
    for (const id of ids) expect(await traces(id)).not.toMatch(personal);
    await addPerson({ points: 7 });
    expect(await run(forgetMany, {})).toEqual({ type: "too-many-rows", limit: 2 });
  });

  test("is of the caller's own rows, where ownership binds the caller", async () => {
    const id = await addPerson();
    expect(await run(forget, { id }, "somebody-else")).toEqual({ type: "not-found" });
    expect(await traces(id)).toMatch(/Anna/u);
    expect(await run(forget, { id }, `sub-${id}`)).toMatchObject({ type: "written" });
  });

  test("expects the version that its node names", async () => {
    const id = await addPerson();
    expect(await run(forgetAtVersion, { id })).toEqual({ type: "version-conflict", expected: 3, actual: 1 });
  });

  test("of a row that does not exist says so", async () => {
    expect(await run(forget, { id: randomUUID() })).toEqual({ type: "not-found" });
  });

  test("that is rolled back leaves row and history as they were", async () => {
    const id = await addPerson();
    await run(change, { id, name: "Berta Blom" });
    const before = await traces(id);
    await executor.query("BEGIN");
    await run(forget, { id });
    await executor.query("ROLLBACK");
    expect(await traces(id)).toBe(before);
  });
});

describe("the executor's role", () => {
  test("says when, and may not write what it erases, nor the history", async () => {
    const id = await addPerson();
    const invoices = await executor.query("SELECT has_column_privilege('app.invoice', 'recipient', 'UPDATE') AS may");
    expect(invoices.rows).toEqual([{ may: false }]);
    for (const column of ["subject", "initials", "born", "deleted_at"]) {
      const text = `SELECT has_column_privilege('app.person', '${column}', 'UPDATE') AS may`;
      expect((await executor.query(text)).rows).toEqual([{ may: column === "deleted_at" }]);
    }
    await expect(executor.query("UPDATE history.person SET row = '{}' WHERE id = $1", [id])).rejects.toThrow(
      /permission denied/u,
    );
    await expect(executor.query("SELECT row FROM history.person")).rejects.toThrow(/permission denied/u);
  });

  test("cannot take an erasure back", async () => {
    const id = await addPerson();
    await run(forget, { id });
    await executor.query("UPDATE app.person SET erased_at = NULL WHERE id = $1", [id]);
    const { rows } = await owner.query("SELECT erased_at IS NOT NULL AS erased FROM app.person WHERE id = $1", [id]);
    expect(rows).toEqual([{ erased: true }]);
  });
});

describe("releases", () => {
  test("a table that nobody erases from has neither column nor trigger for it", async () => {
    const { rows } = await owner.query(
      "SELECT table_name FROM information_schema.columns WHERE column_name = 'erased_at' AND table_schema = 'app'",
    );
    expect(rows).toEqual([{ table_name: "person" }]);
  });

  test("a release that begins to erase finds what older ones kept, under old names and in columns that are left", async () => {
    const database = await server.createDatabase();
    const migrator = await database.connect("migrator");
    const before = entity("Person", [
      field("fullName", "string", { personal: true }),
      field("phone", "string", { nullable: true, personal: true }),
      field("points", "integer", { default: 0 }),
    ]);
    await up(migrator, bundleOf([read], [before]));
    const id = randomUUID();
    const insert = "INSERT INTO app.person (id, full_name, phone) VALUES ($1, 'Anna Alvarez', '+34')";
    await migrator.query(insert, [id]);
    await migrator.query("UPDATE app.person SET points = 1, version = 2 WHERE id = $1", [id]);
    const renamed = entity("Person", [
      field("name", "string", { personal: true, renamedFrom: "fullName" }),
      field("points", "integer", { default: 0 }),
    ]);
    const erase = tool("erase", [transaction("t", [write("done", "Person", "erase", { key })])], { input: byId });
    await up(migrator, bundleOf([erase], [renamed]));
    await migrator.query("UPDATE app.person SET erased_at = now(), version = version + 1 WHERE id = $1", [id]);
    const row = await migrator.query("SELECT name, full_name, phone, points FROM app.person");
    // The column "phone" belongs to the other listed release.
    expect(row.rows).toEqual([{ name: "erased", full_name: "erased", phone: null, points: "1" }]);
    const history = await migrator.query("SELECT row::text FROM history.person");
    // The change, what filled the new column, and the erasure.
    expect(history.rows).toHaveLength(3);
    expect(JSON.stringify(history.rows)).not.toMatch(/Anna|\+34/u);
    // Neither listed release knows "phone" now.
    await up(
      migrator,
      bundleOf([erase, { ...erase, name: "again", trigger: { ...erase.trigger, path: "/again" } as never }], [renamed]),
    );
    await migrator.query("UPDATE app.person SET name = 'Berta', phone = '+34', version = version + 1");
    await migrator.query("UPDATE app.person SET erased_at = now(), version = version + 1");
    expect((await migrator.query("SELECT name, phone FROM app.person")).rows).toEqual([
      { name: "erased", phone: null },
    ]);
  });

  test("a plan for the same bundle changes nothing", async () => {
    const { statements } = await up(owner, bundleOf(tools, all));
    expect(statements).toEqual([]);
  });
});

const read = tool("idle", []);
