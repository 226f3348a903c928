import { randomUUID } from "node:crypto";
import type { JsonObject, JsonValue } from "@lintel/specs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { columnOf } from "../../../executor/database/columns.ts";
import { type DatabaseClient, migrate, readRows, StatementError, writeRows } from "../../../executor/database/index.ts";
import { encodeValue } from "../../../executor/database/sql/encode-value.ts";
import { bundleOf, entity, field, input, read, statementsOf, tool, transaction, write } from "./hotel.ts";
import { asClient, bindWith } from "./run-node.ts";
import { roles, startPostgres, type TestServer } from "./start-postgres.ts";

const sample = entity(
  "Sample",
  [
    field("text", "string", { nullable: true }),
    field("count", "integer", { nullable: true }),
    field("ratio", "number", { nullable: true }),
    field("share", "decimal", { nullable: true, precision: 10, scale: 2 }),
    field("price", "money", { nullable: true, currency: "EUR" }),
    field("isOn", "boolean", { nullable: true }),
    field("day", "date", { nullable: true }),
    field("at", "instant", { nullable: true }),
    field("wait", "duration", { nullable: true }),
    field("kind", "enum", { nullable: true, values: ["a", "b"] }),
    field("extra", "json", { nullable: true }),
  ],
  { list: { filterable: ["kind"], sortable: ["count"], maximum: 3 } },
);

interface Sample {
  readonly name: string;
  readonly schema: JsonObject;
  readonly given: JsonValue;
  /** As read, where that differs. */
  readonly shown?: JsonValue;
  /** How the input becomes the field's type. */
  readonly template?: string;
}

const text: JsonObject = { type: "string" };
const euros: JsonObject = {
  type: "object",
  properties: { amount: { type: "integer" }, currency: text },
  required: ["amount", "currency"],
};

const samples: readonly Sample[] = [
  { name: "text", schema: text, given: "Größe '\\ \" \u{1f600} $1 {,}" },
  { name: "count", schema: { type: "integer" }, given: 9007199254740991 },
  { name: "ratio", schema: { type: "number" }, given: 0.1 },
  { name: "share", schema: text, given: "1234.50", shown: "1234.5", template: "${decimal(input.value)}" },
  { name: "price", schema: euros, given: { amount: -5, currency: "EUR" } },
  { name: "isOn", schema: { type: "boolean" }, given: false },
  { name: "day", schema: { type: "string", format: "date" }, given: "2024-02-29" },
  {
    name: "at",
    schema: { type: "string", format: "date-time" },
    given: "2026-03-01T10:30:00.120+01:00",
    shown: "2026-03-01T09:30:00.120Z",
  },
  { name: "wait", schema: text, given: "1h30m", shown: "5400s", template: "${duration(input.value)}" },
  { name: "kind", schema: { type: "string", enum: ["a", "b"] }, given: "b" },
  { name: "extra", schema: {}, given: { list: [1, null, { deep: "'" }], n: 1.5, text: "\\u0000" } },
];

const add = ({ name, schema, template = "${input.value}" }: Sample) =>
  tool(
    `add-${name.toLowerCase()}`,
    [transaction("t", [write("row", "Sample", "create", { values: { [name]: template } })])],
    {
      input: input({ value: schema }),
    },
  );
const find = ({ name, schema, template = "${input.value}" }: Sample) =>
  tool(`find-${name.toLowerCase()}`, [read("row", "Sample", { where: { [name]: { eq: template } } })], {
    input: input({ value: schema }),
  });
const list = tool(
  "list",
  [
    read("rows", "Sample", {
      where: { kind: { eq: "${has(input.kind) ? input.kind : null}", optional: true }, count: { gte: 0 } },
      limit: 3,
      take: "${has(input.limit) ? input.limit : null}",
      orderBy: { by: "${has(input.sort) ? input.sort : null}", allowed: ["count"] },
      sort: [{ field: "text", direction: "asc" }],
    }),
  ],
  {
    input: {
      type: "object",
      properties: { kind: { type: "string", enum: ["a", "b"] }, limit: { type: "integer" }, sort: { type: "string" } },
    },
  },
);

let server: TestServer;
let client: DatabaseClient;
beforeAll(async () => {
  server = await startPostgres();
  const database = await server.createDatabase();
  const tools = [...samples.flatMap((one) => [add(one), find(one)]), list];
  await migrate({
    client: await database.connect("migrator"),
    bundle: bundleOf(tools, [sample]),
    deployment: { level: "green", acknowledgements: [] },
    executorUser: roles.executor,
  });
  const connection = await database.connect("executor");
  // What the session is set to must not matter.
  await connection.query("SET TimeZone = 'Asia/Kathmandu'");
  client = asClient(connection);
});
afterAll(async () => {
  await server.stop();
});

describe("values of every type", () => {
  test.each(samples)("$name: what is written is read back and found", async (one) => {
    const { name, given, shown = given } = one;
    const created = await create(one);
    expect(created[name]).toEqual(shown);
    const statement = statementsOf(find(one), [sample]).forRoles(["agent"]).reads["row"] ?? never();
    expect(await readRows(client, statement, bindWith({ value: given }))).toContainEqual(created);
  });

  test.each<[string, JsonValue]>([
    ["text", "a\0b"],
    ["count", 9007199254740992],
    ["count", 1.5],
    ["count", "1"],
    ["ratio", Number.NaN],
    ["share", "0.001"],
    ["price", { amount: 1, currency: "USD" }],
    ["price", 5],
    ["day", "2023-02-29"],
    ["at", "yesterday"],
    ["wait", "soon"],
    ["extra", { text: "\0" }],
    ["extra", { text: "\\\0" }],
  ])("%s: %j does not reach the database", (name, given) => {
    expect(() => encodeValue(columnOf(sample, name).field, given)).toThrow(StatementError);
  });
});

describe("a list", () => {
  test("is filtered, sorted and cut as the caller asks, within what the tool allows", async () => {
    const [a, b] = [randomUUID(), randomUUID()];
    for (const [text, count] of [
      [a, 3],
      [b, 1],
    ] as const) {
      const one = tool("one", [
        transaction("t", [write("row", "Sample", "create", { values: { text, count, kind: "a" } })]),
      ]);
      const { writes } = statementsOf(one, [sample]).forRoles(["agent"]);
      await writeRows(client, writes["row"] ?? never(), bindWith({}));
    }
    expect(await listed({ kind: "a", sort: "count" })).toEqual([b, a]);
    expect(await listed({ kind: "a", sort: "-count" })).toEqual([a, b]);
    expect(await listed({ kind: "a", sort: "-count", limit: 1 })).toEqual([a]);
    expect(await listed({ kind: "b" })).toEqual([]);
    expect(await listed({})).toHaveLength(3);
    await expect(listed({ sort: "text" })).rejects.toMatchObject({
      code: "value-mismatch",
    });
    await expect(listed({ limit: 4 })).rejects.toMatchObject({ code: "value-mismatch" });
  });
});

async function listed(asked: object): Promise<readonly JsonValue[]> {
  const statement = statementsOf(list, [sample]).forRoles(["agent"]).reads["rows"] ?? never();
  return (await readRows(client, statement, bindWith(asked))).map(({ text }) => text ?? null);
}

async function create(one: Sample): Promise<JsonObject> {
  const statement = statementsOf(add(one), [sample]).forRoles(["agent"]).writes["row"] ?? never();
  const outcome = await writeRows(client, statement, bindWith({ value: one.given }));
  return outcome.type === "written" ? (outcome.rows[0]?.after ?? never()) : never();
}

function never(): never {
  throw new Error("the test expects this to be there");
}
