import { randomUUID } from "node:crypto";
import type { Entity, JsonObject, Tool } from "@lintel/specs";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DatabaseClient, migrate, readRows, writeRows } from "../../../executor/database/index.ts";
import { bundleOf, entity, field, input, read, statementsOf, tool, transaction, write } from "./hotel.ts";
import { asClient, bindWith, textOf } from "./run-node.ts";
import { roles, startPostgres, type TestServer } from "./start-postgres.ts";

const tenant = { field: "shop", claim: "tenant" } as const;
const owned = { onDelete: "cascade" } as const;
const article = entity("Article", [field("shop", "string"), field("code", "string")], { tenant, unique: [["code"]] });
const label = entity("Label", [field("shop", "string"), field("text", "string")], {
  tenant,
  relationships: [
    {
      name: "articles",
      type: "through",
      entity: "Article",
      field: "labelId",
      through: "Tagging",
      onDelete: "restrict",
    },
    { name: "taggings", type: "hasMany", entity: "Tagging", field: "labelId", onDelete: "restrict" },
  ],
});
const tagging = entity(
  "Tagging",
  [field("shop", "string"), field("labelId", "uuid", { ref: "Label" }), field("articleId", "uuid", { ref: "Article" })],
  {
    tenant,
    relationships: [
      { name: "label", type: "belongsTo", entity: "Label", field: "labelId", ...owned },
      { name: "article", type: "belongsTo", entity: "Article", field: "articleId", ...owned },
    ],
    invariants: [{ name: "same-shop", expr: "this.label.shop == this.article.shop", message: "both are of one shop" }],
  },
);
const all: readonly Entity[] = [article, label, tagging];

const ofText = (...names: readonly string[]): Tool["input"] =>
  input(Object.fromEntries(names.map((name) => [name, { type: "string" }])));
const ofIds = (...names: readonly string[]): Tool["input"] =>
  input(Object.fromEntries(names.map((name) => [name, { type: "string", format: "uuid" }])));

const addArticle = tool(
  "add-article",
  [transaction("t", [write("row", "Article", "create", { values: { code: "${input.code}" } })])],
  { input: ofText("code") },
);
const addLabel = tool(
  "add-label",
  [transaction("t", [write("row", "Label", "create", { values: { text: "${input.text}" } })])],
  { input: ofText("text") },
);
const tag = tool(
  "tag",
  [
    transaction("t", [
      write("row", "Tagging", "create", { values: { labelId: "${input.labelId}", articleId: "${input.articleId}" } }),
    ]),
  ],
  { input: ofIds("labelId", "articleId") },
);
const dropArticle = tool(
  "drop-article",
  [transaction("t", [write("row", "Article", "softDelete", { key: "${input.id}" })])],
  { input: ofIds("id") },
);
const listLabels = tool("list-labels", [read("rows", "Label", { include: ["articles", "taggings"] })]);
const nightly = tool("nightly", [read("rows", "Article")], {
  trigger: { type: "schedule", cron: "0 3 * * *", timeZone: "Etc/UTC" },
  authorize: { type: "oidc" },
});

let server: TestServer;
let owner: pg.Client;
let client: DatabaseClient;
beforeAll(async () => {
  server = await startPostgres();
  const database = await server.createDatabase();
  owner = await database.connect("migrator");
  const bundle = bundleOf([addArticle, addLabel, tag, dropArticle, listLabels, nightly], all);
  const deployment = { level: "green", acknowledgements: [] } as const;
  await migrate({ client: owner, bundle, deployment, executorUser: roles.executor });
  client = asClient(await database.connect("executor"));
});
afterAll(async () => {
  await server.stop();
});

describe("a tenant", () => {
  test("is written from the caller's claim, and is part of what is unique", async () => {
    const a = await add("one", addArticle, { code: "x" });
    const b = await add("two", addArticle, { code: "x" });
    expect([a["shop"], b["shop"]]).toEqual(["one", "two"]);
    await expect(add("one", addArticle, { code: "x" })).rejects.toMatchObject({ constraint: "article_code_key" });
  });

  test("without a claim writes and reads nothing", async () => {
    const { writes } = statementsOf(addArticle, all).forRoles(["agent"]);
    expect(await writeRows(client, writes["row"] ?? never(), bindWith({ code: "y" }))).toEqual({ type: "not-owned" });
    expect(await labels(undefined)).toEqual([]);
  });

  test("holds in relationships, through join entities too", async () => {
    const article = await add("three", addArticle, { code: "x" });
    const label = await add("three", addLabel, { text: "new" });
    await add("three", tag, { labelId: label["id"] ?? "", articleId: article["id"] ?? "" });
    expect(await labels("three")).toMatchObject([{ text: "new", articles: [{ id: article["id"] }], taggings: [{}] }]);
    expect(await labels("four")).toEqual([]);
    await owner.query("UPDATE app.article SET shop = 'four' WHERE id = $1", [article["id"]]);
    expect(await labels("three")).toMatchObject([{ articles: [] }]);
  });

  test("cannot refer to another tenant's row, whoever writes", async () => {
    const article = await add("five", addArticle, { code: "x" });
    const label = await add("six", addLabel, { text: "new" });
    const both = { labelId: label["id"] ?? "", articleId: article["id"] ?? "" };
    await expect(add("six", tag, both)).rejects.toMatchObject({ code: "23503", constraint: "tagging_article_id_fkey" });
  });

  test("a deletion cascades to live rows, softly", async () => {
    const article = await add("seven", addArticle, { code: "x" });
    const label = await add("seven", addLabel, { text: "new" });
    await add("seven", tag, { labelId: label["id"] ?? "", articleId: article["id"] ?? "" });
    await add("seven", dropArticle, { id: article["id"] ?? "" });
    expect(await labels("seven")).toMatchObject([{ articles: [], taggings: [] }]);
    const { rows } = await owner.query(
      "SELECT version FROM app.tagging WHERE article_id = $1 AND deleted_at IS NOT NULL",
      [article["id"]],
    );
    expect(rows).toEqual([{ version: "2" }]);
  });

  test("does not bind a schedule, which acts for all", () => {
    const { reads } = statementsOf(nightly, all).forRoles([]);
    expect(textOf(reads["rows"]?.statement)).not.toContain('"shop" =');
  });
});

test("an invariant that follows relationships is one statement over the touched rows", () => {
  const checks = statementsOf(tag, all).invariants["Tagging"];
  expect(checks).toMatchObject({ local: [], related: ["same-shop"] });
  expect(textOf(checks?.statement)).toMatchInlineSnapshot(`
    "select "t"."id", ((SELECT "related_1"."shop" FROM "app"."label" AS "related_1" WHERE "related_1"."id" = "t"."label_id") = (SELECT "related_1"."shop" FROM "app"."article" AS "related_1" WHERE "related_1"."id" = "t"."article_id"))
    from "app"."tagging" as "t"
    where "t"."deleted_at" is null and "t"."id" = any($1::uuid[])"
  `);
});

async function add(shop: string, one: Tool, values: JsonObject): Promise<JsonObject> {
  const { writes } = statementsOf(one, all).forRoles(["agent"]);
  const outcome = await writeRows(client, writes["row"] ?? never(), bindWith(values, { claims: { tenant: shop } }));
  return outcome.type === "written" ? (outcome.rows[0]?.after ?? never()) : never();
}

function labels(shop: string | undefined): Promise<readonly JsonObject[]> {
  const { reads } = statementsOf(listLabels, all).forRoles(["agent"]);
  const claims = shop === undefined ? {} : { tenant: shop };
  return readRows(client, reads["rows"] ?? never(), bindWith({}, { claims, newId: randomUUID }));
}

function never(): never {
  throw new Error("the test expects this to be there");
}
