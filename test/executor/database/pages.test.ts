import { randomUUID } from "node:crypto";
import fc from "fast-check";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DatabaseClient, migrate, type NodeStatements, readPage } from "../../../executor/database/index.ts";
import { bundleOf, input, read, statementsOf, tool } from "./hotel.ts";
import { asClient, bindWith, textOf } from "./run-node.ts";
import { roles, startPostgres, type TestServer } from "./start-postgres.ts";

const pages = tool(
  "pages",
  [
    read("page", "Reservation", {
      sort: [],
      limit: 5,
      take: "${input.limit}",
      orderBy: { by: "${input.sort}", allowed: ["note", "startsOn", "guests"] },
      page: { after: "${input.cursor}" },
    }),
  ],
  {
    input: input({
      limit: { type: "integer" },
      sort: { type: ["string", "null"] },
      cursor: { type: ["string", "null"] },
    }),
  },
);

let server: TestServer;
let client: DatabaseClient;
let superuser: pg.Client;
let statement: NodeStatements["reads"][string];

beforeAll(async () => {
  server = await startPostgres();
  const database = await server.createDatabase();
  await migrate({
    client: await database.connect("migrator"),
    bundle: bundleOf([pages]),
    deployment: { level: "green", acknowledgements: [] },
    executorUser: roles.executor,
  });
  client = asClient(await database.connect("executor"));
  superuser = await database.connect("superuser");
  const found = statementsOf(pages).forRoles(["agent"]).reads["page"];
  if (found === undefined) throw new Error("no statement");
  statement = found;
});

afterAll(async () => {
  await server.stop();
});

interface Row {
  readonly note: string | null;
  readonly guests: number;
}

async function fill(rows: readonly Row[]): Promise<void> {
  await superuser.query(`TRUNCATE "app"."reservation", "app"."customer", "app"."room" CASCADE`);
  const customer = randomUUID();
  await superuser.query(`INSERT INTO "app"."customer" ("id", "subject", "name") VALUES ($1, 'c', 'c')`, [customer]);
  for (const [index, { note, guests }] of rows.entries()) {
    const room = randomUUID();
    await superuser.query(`INSERT INTO "app"."room" ("id", "number", "beds", "nightly_rate") VALUES ($1, $2, 2, 100)`, [
      room,
      String(index),
    ]);
    await superuser.query(
      `INSERT INTO "app"."reservation" ("id", "customer_id", "room_id", "starts_on", "ends_on", "guests", "note")
       VALUES ($1, $2, $3, date '2026-01-01' + $4::integer, date '2026-02-01' + $4::integer, $5, $6)`,
      [randomUUID(), customer, room, index, guests, note],
    );
  }
}

/** The pages from the first to the last, each asked for with the cursor of the one before. */
async function walk(sort: string | null, limit: number): Promise<readonly (readonly string[])[]> {
  const seen: string[][] = [];
  for (let cursor: unknown = null; seen.length < 100; ) {
    const page = await readPage(client, statement, bindWith({ sort, limit, cursor }));
    seen.push((page["items"] as readonly { readonly id: string }[]).map(({ id }) => id));
    cursor = page["next"];
    if (cursor === null) return seen;
  }
  throw new Error("the pages do not end");
}

async function inOrder(sort: string | null): Promise<readonly string[]> {
  const columns: Readonly<Record<string, string>> = { note: "note", startsOn: "starts_on", guests: "guests" };
  const column = sort === null ? undefined : columns[sort.replace("-", "")];
  const order = column === undefined ? "id" : `${column}${sort?.startsWith("-") === true ? " DESC" : ""}, id`;
  const { rows } = await superuser.query<{ id: string }>(`SELECT id FROM "app"."reservation" ORDER BY ${order}`);
  return rows.map(({ id }) => id);
}

describe("pages", () => {
  test("hold each row once, in order, whatever is sorted by: equal values, nulls, none", async () => {
    const row = fc.record({ note: fc.constantFrom(null, "a", "b", "Ä"), guests: fc.integer({ min: 1, max: 2 }) });
    const order = fc.constantFrom(null, "note", "-note", "startsOn", "-startsOn", "guests", "-guests");
    const property = fc.asyncProperty(
      fc.array(row, { maxLength: 9 }),
      fc.array(fc.tuple(order, fc.integer({ min: 1, max: 5 })), { minLength: 1, maxLength: 4 }),
      async (rows, walks) => {
        await fill(rows);
        for (const [sort, limit] of walks) {
          const seen = await walk(sort, limit);
          expect(seen.flat()).toEqual(await inOrder(sort));
          expect(seen.slice(0, -1).every((page) => page.length === limit)).toBe(true);
        }
      },
    );
    await fc.assert(property, { numRuns: 25 });
  });

  test("go on behind a row that has been deleted since, and show what has come in between", async () => {
    await fill([2, 3, 4, 5].map((guests) => ({ note: null, guests })));
    const first = await readPage(client, statement, bindWith({ sort: "guests", limit: 2, cursor: null }));
    await superuser.query(`DELETE FROM "app"."reservation" WHERE guests = 3`);
    await superuser.query(`UPDATE "app"."reservation" SET guests = 1 WHERE guests = 2`);
    const second = await readPage(client, statement, bindWith({ sort: "guests", limit: 2, cursor: first["next"] }));
    expect(second).toMatchObject({ items: [{ guests: 4 }, { guests: 5 }], next: null });
  });

  test.each(["", "x", "bnVsbA", Buffer.from('["guests"]').toString("base64url")])(
    "are refused for a text that is no cursor: %s",
    async (cursor) => {
      const asked = readPage(client, statement, bindWith({ sort: "guests", limit: 2, cursor }));
      await expect(asked).rejects.toMatchObject({ code: "value-mismatch" });
    },
  );

  test("are refused for a cursor of another order, or with values of other types", async () => {
    await fill([1, 2, 3].map((guests) => ({ note: null, guests })));
    const { next } = await readPage(client, statement, bindWith({ sort: "guests", limit: 1, cursor: null }));
    const asked = readPage(client, statement, bindWith({ sort: "-guests", limit: 1, cursor: next }));
    await expect(asked).rejects.toThrow("the cursor is of another order");
    const forged = Buffer.from(JSON.stringify(["guests", "1; DROP TABLE x", {}])).toString("base64url");
    const other = readPage(client, statement, bindWith({ sort: "guests", limit: 1, cursor: forged }));
    await expect(other).rejects.toMatchObject({ code: "value-mismatch" });
  });

  test("are one statement, which an index of the order can serve", () => {
    expect(textOf(statement.page?.orders["-note"]?.resume)).toMatchInlineSnapshot(`
      "select "t"."id", "t"."customer_id", "t"."room_id", "t"."starts_on", "t"."ends_on", "t"."nights", "t"."guests", "t"."source", "t"."note", "t"."status", "t"."version", "t"."created_at", "t"."updated_at"
      from "app"."reservation" as "t"
      where "t"."deleted_at" is null and (("t"."note" < $1::text or ($2::text is null and "t"."note" is not null)) or ("t"."note" is not distinct from $3::text and "t"."id" > $4::uuid))
      order by "t"."note" desc, "t"."id" limit $5::bigint"
    `);
    expect(textOf(statement.page?.orders["startsOn"]?.resume)).toMatchInlineSnapshot(`
      "select "t"."id", "t"."customer_id", "t"."room_id", "t"."starts_on", "t"."ends_on", "t"."nights", "t"."guests", "t"."source", "t"."note", "t"."status", "t"."version", "t"."created_at", "t"."updated_at"
      from "app"."reservation" as "t"
      where "t"."deleted_at" is null and "t"."starts_on" >= $1::date and ("t"."starts_on" > $2::date or ("t"."starts_on" = $3::date and "t"."id" > $4::uuid))
      order by "t"."starts_on", "t"."id" limit $5::bigint"
    `);
  });
});
