// A list of three rows made four statements, and one of five hundred made five hundred and one. PostgreSQL counts here, not we.
import { afterAll, beforeAll, expect, test } from "vitest";
import { findingsOf } from "./judge-tool.ts";
import { startWorkspace, type Workspace } from "./start-workspace.ts";

let workspace: Workspace;
let token: string;

beforeAll(async () => {
  workspace = await startWorkspace({
    postgres: ["-c", "shared_preload_libraries=pg_stat_statements", "-c", "pg_stat_statements.track=all"],
  });
  token = await workspace.agent();
  await workspace.superuser.query("CREATE EXTENSION pg_stat_statements");
});

afterAll(async () => {
  await workspace.stop();
});

async function fill(shelves: number, books: number): Promise<void> {
  await workspace.superuser.query(
    `INSERT INTO app.shelf (id, name) SELECT gen_random_uuid(), 'shelf ' || n FROM generate_series(1, $1) n`,
    [shelves],
  );
  await workspace.superuser.query(
    `INSERT INTO app.book (id, shelf_id, title) SELECT gen_random_uuid(), s.id, 'book ' || n FROM app.shelf s, generate_series(1, $1) n`,
    [books],
  );
}

/** Statements that the executor has sent to PostgreSQL for one call, as PostgreSQL has counted them. */
async function statementsOf(path: string): Promise<{ readonly statements: number; readonly body: object }> {
  await workspace.superuser.query("SELECT pg_stat_statements_reset()");
  const { status, body } = await workspace.call("GET", path, { token });
  expect(status).toBe(200);
  const { rows } = await workspace.superuser.query<{ calls: string }>(
    `SELECT coalesce(sum(calls), 0) AS calls FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid WHERE r.rolname LIKE 'executor%'`,
  );
  return { statements: Number(rows[0]?.calls), body };
}

const lists = ["/shelves", "/books", "/readings", "/rooms"] as const;

test("a list with what belongs to its rows takes as many statements for 150 rows as for one", async () => {
  await fill(1, 1);
  for (const path of lists) await workspace.call("GET", path, { token });
  const before = new Map<string, number>();
  for (const path of lists) before.set(path, (await statementsOf(path)).statements);
  await fill(49, 2);
  for (const path of lists) {
    const { statements } = await statementsOf(path);
    expect([path, statements]).toEqual([path, before.get(path)]);
    expect(statements).toBeLessThanOrEqual(6);
  }
});

test("what was counted was really read: every shelf has its books, every book its shelf", async () => {
  const shelves = (await statementsOf("/shelves")).body as { readonly shelves: { readonly books: unknown[] }[] };
  expect(shelves.shelves).toHaveLength(50);
  expect(shelves.shelves.every(({ books }) => books.length >= 2)).toBe(true);
  const books = (await statementsOf("/books")).body as { readonly books: { readonly shelf: { name: string } }[] };
  expect(books.books.length).toBeGreaterThan(100);
  expect(books.books.every(({ shelf }) => shelf.name.startsWith("shelf "))).toBe(true);
});

const loop = `
  - id: each
    type: forEach
    items: input.ids
    maximum: 50
    nodes:
      - { id: shelf, type: read, entity: Shelf, where: { id: { eq: "\${item}" } }, one: true }
`;
const list = `  - { id: shelves, type: read, entity: Shelf, where: { id: { in: "\${input.ids}" } }, include: [books], limit: 50 }`;

test("a flow that reads once per round is found before it is deployed, and one statement for all is not", () => {
  expect(findingsOf(loop).map(({ rule, level, node }) => ({ rule, level, node }))).toContainEqual({
    rule: "read-in-loop",
    level: "yellow",
    node: "shelf",
  });
  expect(findingsOf(list).filter(({ rule }) => rule === "read-in-loop")).toEqual([]);
});
