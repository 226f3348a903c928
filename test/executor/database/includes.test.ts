import { randomUUID } from "node:crypto";
import type { Entity } from "@lintel/specs";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DatabaseClient, migrate, readRows } from "../../../executor/database/index.ts";
import { bundleOf, entity, field, read, statementsOf, tool } from "./hotel.ts";
import { asClient, bindWith } from "./run-node.ts";
import { roles, startPostgres, type TestServer } from "./start-postgres.ts";

const author = entity("Author", [field("name", "string")]);
const book = entity("Book", [field("authorId", "uuid", { ref: "Author" }), field("title", "string")], {
  relationships: [
    { name: "author", type: "belongsTo", entity: "Author", field: "authorId", onDelete: "restrict" },
    { name: "copies", type: "hasMany", entity: "Copy", field: "bookId", onDelete: "restrict" },
    { name: "tags", type: "through", entity: "Tag", field: "bookId", through: "Tagging", onDelete: "restrict" },
  ],
  list: { filterable: [], sortable: [], maximum: 200 },
});
const copy = entity("Copy", [field("bookId", "uuid", { ref: "Book" }), field("shelf", "integer")], {
  relationships: [{ name: "book", type: "belongsTo", entity: "Book", field: "bookId", onDelete: "restrict" }],
});
const tag = entity("Tag", [field("word", "string")]);
const tagging = entity("Tagging", [field("bookId", "uuid", { ref: "Book" }), field("tagId", "uuid", { ref: "Tag" })]);
const all: readonly Entity[] = [author, book, copy, tag, tagging];

const shelf = tool("shelf", [
  read("books", "Book", {
    include: ["author", "copies", "tags"],
    limit: 100,
    sort: [{ field: "title", direction: "asc" }],
  }),
]);

interface Shown {
  readonly title: string;
  readonly author: object;
  readonly copies: readonly { readonly shelf: number }[];
  readonly tags: readonly { readonly word: string }[];
}

let server: TestServer;
let superuser: pg.Client;
let client: DatabaseClient;
let sent = 0;

beforeAll(async () => {
  server = await startPostgres();
  const database = await server.createDatabase();
  await migrate({
    client: await database.connect("migrator"),
    bundle: bundleOf([shelf], all),
    deployment: { level: "green", acknowledgements: [] },
    executorUser: roles.executor,
  });
  superuser = await database.connect("superuser");
  const own = asClient(await database.connect("executor"));
  client = {
    query: (statement) => {
      sent += 1;
      return own.query(statement);
    },
  };
  await fill();
});
afterAll(async () => {
  await server.stop();
});

async function fill(): Promise<void> {
  const authors = [randomUUID(), randomUUID(), randomUUID()];
  const tags = [randomUUID(), randomUUID(), randomUUID()];
  for (const [index, id] of authors.entries())
    await superuser.query("INSERT INTO app.author (id, name) VALUES ($1, $2)", [id, `author ${String(index)}`]);
  for (const [index, id] of tags.entries())
    await superuser.query("INSERT INTO app.tag (id, word) VALUES ($1, $2)", [id, `tag ${String(index)}`]);
  await superuser.query(
    `INSERT INTO app.book (id, author_id, title)
     SELECT gen_random_uuid(), ($1::uuid[])[1 + n % 3], lpad(n::text, 3, '0') FROM generate_series(0, 99) n`,
    [authors],
  );
  await superuser.query(
    `INSERT INTO app.copy (id, book_id, shelf) SELECT gen_random_uuid(), id, n FROM app.book, generate_series(1, 3) n
     WHERE n <= title::integer % 4`,
  );
  await superuser.query(
    `INSERT INTO app.tagging (id, book_id, tag_id) SELECT gen_random_uuid(), b.id, t.id FROM app.book b, app.tag t
     WHERE title::integer % 2 = 0 AND t.word <> 'tag 2'`,
  );
  await superuser.query("UPDATE app.copy SET deleted_at = now() WHERE shelf = 3");
}

function statement(): Parameters<typeof readRows>[1] {
  const found = statementsOf(shelf, all).forRoles(["agent"]).reads["books"];
  if (found === undefined) throw new Error("no statement");
  return found;
}

describe("a list of a hundred rows with what they belong to, have and are joined with", () => {
  test("is one statement, however many rows there are", async () => {
    sent = 0;
    const rows = await readRows(client, statement(), bindWith({}));
    expect(rows).toHaveLength(100);
    expect(sent).toBe(1);
  });

  test("has beside each row just its own, and none that is deleted", async () => {
    const rows = await readRows(client, statement(), bindWith({}));
    rows.forEach((row, index) => {
      const { title, author: by, copies, tags } = row as unknown as Shown;
      expect(title).toBe(String(index).padStart(3, "0"));
      expect(by).toMatchObject({ name: `author ${String(index % 3)}` });
      const shelves = copies.map((one) => one.shelf);
      expect(shelves.sort()).toEqual([1, 2].filter((n) => n <= index % 4));
      const words = tags.map((one) => one.word);
      expect(words.sort()).toEqual(index % 2 === 0 ? ["tag 0", "tag 1"] : []);
    });
  });
});
