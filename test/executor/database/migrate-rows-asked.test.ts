import { randomUUID } from "node:crypto";
import type { Entity } from "@lintel/specs";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { begin, serving } from "./begin-migration.ts";
import { bundleOf, entity, field } from "./hotel.ts";
import { startPostgres, type TestServer } from "./start-postgres.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server.stop();
});

const kind = field("kind", "enum", { values: ["web", "phone"], default: "web" });
const mapped = field("kind", "enum", { values: ["web"], default: "web", renamedValues: { phone: "web" } });
const others = [field("size", "integer"), field("starts", "date"), field("ends", "date")];
const thing = (change: Partial<Entity>, first = kind) => bundleOf([], [entity("Thing", [first, ...others], change)]);
const free = thing({});
const exclude: Entity["exclude"] = [
  {
    name: "apart",
    parts: [
      { fields: ["size"], operator: "equal" },
      { fields: ["starts", "ends"], bounds: "[)", operator: "overlaps" },
    ],
  },
];
const invariants: Entity["invariants"] = [
  { name: "large", expr: 'this.kind != "web" || this.size > 5', message: "what comes by web is large" },
];

async function add(client: pg.Client, size: number, kindOf = "web", starts = "2026-05-01"): Promise<string> {
  const id = randomUUID();
  const text = "INSERT INTO app.thing (id, size, kind, starts, ends) VALUES ($1, $2, $3, $4, '2026-05-09')";
  await client.query(text, [id, size, kindOf, starts]);
  return id;
}

const refusal = (field: string, ...ids: readonly string[]) => ({
  code: "refused",
  problems: [
    {
      code: "rows-in-the-way",
      field,
      message: expect.toSatisfy((text: string) => ids.every((id) => text.includes(id))) as string,
    },
  ],
});

describe("rows in the way are named before anything is changed", () => {
  test("of a unique list, live ones with all values given only", async () => {
    const { client, up } = await begin(server);
    await up(free);
    const [one, two] = [await add(client, 1), await add(client, 1)];
    await add(client, 2);
    const unique = thing({ unique: [["size"]] });
    await expect(up(unique)).rejects.toMatchObject(refusal("thing_size_key", one, two));
    const { rows } = await client.query("SELECT 1 FROM lintel.migrations");
    expect([rows.length, ...(await serving(client, free, unique))]).toEqual([1, true, false]);
    await client.query("UPDATE app.thing SET deleted_at = now() WHERE id = $1", [two]);
    await up(unique);
  });

  test("of a unique list over a new field, whose default they all get", async () => {
    const { client, up } = await begin(server);
    await up(free);
    for (const size of [1, 2]) await add(client, size);
    const code = field("code", "string", { default: "none" });
    const unique = bundleOf([], [entity("Thing", [kind, ...others, code], { unique: [["code"]] })]);
    await expect(up(unique)).rejects.toMatchObject(refusal("thing_code_key"));
  });

  test("of an exclusion, and of the order of its bounds", async () => {
    const { client, up } = await begin(server);
    await up(free);
    const [one, two] = [await add(client, 1), await add(client, 1, "web", "2026-05-03")];
    await add(client, 2);
    await expect(up(thing({ exclude }))).rejects.toMatchObject(refusal("thing_apart", one, two));
    await client.query("UPDATE app.thing SET starts = '2026-05-30' WHERE id = $1", [two]);
    await expect(up(thing({ exclude }))).rejects.toThrow(`rows that stand break thing_apart_order, such as ${two}`);
    await client.query("DELETE FROM app.thing WHERE id = $1", [two]);
    await up(thing({ exclude }));
  });
});

describe("rows whose values are mapped are asked as they will be", () => {
  test("an invariant that they will break", async () => {
    const { client, up } = await begin(server);
    await up(thing({ invariants }));
    const id = await add(client, 1, "phone");
    await expect(up(thing({ invariants }, mapped))).rejects.toMatchObject(refusal("thing_large", id));
    await add(client, 2, "phone");
    await client.query("UPDATE app.thing SET size = 9");
    await up(thing({ invariants }, mapped));
  });

  test("a unique list that they will break", async () => {
    const { client, up } = await begin(server);
    const unique = [["kind", "size"]];
    await up(thing({ unique }));
    const ids = [await add(client, 1, "phone"), await add(client, 1, "web")];
    await expect(up(thing({ unique }, mapped))).rejects.toMatchObject(refusal("thing_kind_size_key", ...ids));
    await client.query("UPDATE app.thing SET size = 2 WHERE kind = 'web'");
    await up(thing({ unique }, mapped));
    expect((await client.query("SELECT DISTINCT kind FROM app.thing")).rows).toEqual([{ kind: "web" }]);
  });
});
