import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bookings, type Reply, startBookings } from "./start-bookings.ts";

let bookings: Bookings;
let token: string;

const sample = `
apiVersion: lintel/v1
kind: Entity
name: Sample
fields:
  id: { type: uuid, generated: true }
  word: { type: string, nullable: true }
  size: { type: integer, nullable: true, minimum: -10, maximum: 10 }
  ratio: { type: number, nullable: true }
  price: { type: money, currency: EUR, nullable: true }
  weight: { type: decimal, precision: 9, scale: 3, nullable: true }
  day: { type: date, nullable: true }
  at: { type: instant, nullable: true }
  length: { type: duration, nullable: true }
  kind: { type: enum, values: [red, green, blue], nullable: true }
  fresh: { type: boolean, nullable: true }
  secret: { type: string, sensitive: true, nullable: true }
crud: { create: [agent], list: [agent], delete: [agent] }
list:
  filterable: [word, size, ratio, price, weight, day, at, length, kind, fresh]
  sortable: [word, size, ratio, price, weight, day, at, length, kind, fresh, createdAt]
  maximum: 50
`;

/** Every third one lacks all values; some come twice, so that orders have ties. */
const samples = Array.from({ length: 12 }, (_, index) => {
  const n = Math.floor(index / 2);
  if (index % 3 === 2) return { size: null };
  return {
    word: ["b", "B", "a", "Ä", "", "b"][n],
    size: n - 3,
    ratio: n / 4 - 0.5,
    price: { amount: n * 100 - 200, currency: "EUR" },
    weight: `${String(n)}.125`,
    day: `2026-01-0${String(n + 1)}`,
    at: `2026-01-01T00:00:0${String(n)}.500Z`,
    length: `${String(n + 1)}h`,
    kind: ["red", "green", "blue"][n % 3],
    fresh: n % 2 === 0,
  };
});

beforeAll(async () => {
  bookings = await startBookings({ files: { "entities/sample.yaml": sample } });
  token = await bookings.agent();
  for (const body of samples) {
    const { status } = await bookings.call("POST", "/samples", { token, body: { ...body, secret: "s" } });
    if (status !== 201) throw new Error(`a sample is refused: ${JSON.stringify(body)}`);
  }
});

afterAll(async () => {
  await bookings.stop();
});

function list(query: string): Promise<Reply> {
  return bookings.call("GET", `/samples?${query}`, { token });
}

async function items(query: string): Promise<readonly Record<string, unknown>[]> {
  const { status, body } = await list(query);
  expect([status, body["code"]]).toEqual([200, undefined]);
  return body["items"] as readonly Record<string, unknown>[];
}

describe("filters of a generated list", () => {
  test.each([
    ["size_gte=0&size_lt=2", "size", [0, 0, 1]],
    ["size_gt=1", "size", [2]],
    ["size_in=-3&size_in=2", "size", [-3, -3, 2]],
    ["size_in=2", "size", [2]],
    ["ratio_lte=-0.25", "ratio", [-0.5, -0.5, -0.25]],
    ["weight_gt=3.125&weight_lte=4.125", "weight", ["4.125"]],
    ["day_gte=2026-01-05", "day", ["2026-01-05", "2026-01-06"]],
    ["day_in=2026-01-01&day_in=2026-01-02", "day", ["2026-01-01", "2026-01-01", "2026-01-02"]],
    ["at_lt=2026-01-01T00:00:01Z", "at", ["2026-01-01T00:00:00.500Z", "2026-01-01T00:00:00.500Z"]],
    ["at_gte=2026-01-01T01:00:05%2B01:00", "at", ["2026-01-01T00:00:05.500Z"]],
    ["length_gte=5h", "length", ["18000s", "21600s"]],
    ["kind_in=red&kind_in=blue&fresh=true", "kind", ["blue", "red", "red"]],
    ["word=b", "word", ["b", "b", "b"]],
    ["word=", "word", [""]],
    ["word_in=B&word_in=a", "word", ["B", "a"]],
  ])("%s", async (query, name, wanted) => {
    const found = (await items(query)).map((item) => item[name]);
    expect(found.toSorted()).toEqual([...wanted].toSorted());
  });

  test("take money in minor units", async () => {
    const found = await items("price_gte=0&price_lt=200");
    expect(found.map(({ price }) => (price as { amount: number }).amount).toSorted()).toEqual([0, 100, 100]);
    expect(await items("price=-200")).toHaveLength(2);
  });

  test.each([
    "size_gte=x",
    "size_gte=11",
    "size_gte=1&size_gte=2",
    "size_gte=",
    "day_lt=2026-02-30",
    "kind_in=purple",
    "kind_gte=red",
    "word_gte=a",
    "fresh_in=true",
    "secret=s",
    "secret_in=s",
    "sort=secret",
    "sort=id;drop",
    "price_gte=1.5",
    Array.from({ length: 51 }, () => "size_in=1").join("&"),
  ])("refuse %s", async (query) => {
    expect(await list(query)).toMatchObject({ status: 422, body: { code: "invalid-input" } });
  });
});

describe("pages of a generated list", () => {
  const fields = ["word", "size", "ratio", "price", "weight", "day", "at", "length", "kind", "fresh", "createdAt"];

  async function walk(sort: string, limit: number, between?: () => Promise<void>): Promise<readonly string[]> {
    const seen: string[] = [];
    let cursor = "";
    for (let page = 0; page < 20; page += 1) {
      const { body } = await list(`sort=${sort}&limit=${String(limit)}${cursor}`);
      seen.push(...(body["items"] as { id: string }[]).map(({ id }) => id));
      if (body["next"] === null) return seen;
      cursor = `&cursor=${encodeURIComponent(body["next"] as string)}`;
      await between?.();
    }
    throw new Error("the pages do not end");
  }

  test.each(fields.flatMap((name) => [name, `-${name}`]))(
    "by %s hold each row once, nulls and ties too, in the database's order",
    async (sort) => {
      const column = sort.replace("-", "").replace("createdAt", "created_at");
      const { rows } = await bookings.superuser.query<{ id: string }>(
        `SELECT id FROM app.sample WHERE deleted_at IS NULL ORDER BY ${column} ${sort.startsWith("-") ? "DESC" : "ASC"}, id`,
      );
      expect(await walk(sort, 5)).toEqual(rows.map(({ id }) => id));
    },
  );

  test("go on where they were when rows of the page before, and the cursor's own, are deleted meanwhile", async () => {
    const first = await list("sort=size&limit=4");
    const [one, , , last] = first.body["items"] as { id: string }[];
    const all = await walk("size", 50);
    for (const { id } of [one, last].filter((row) => row !== undefined)) {
      expect((await bookings.call("DELETE", `/samples/${id}`, { token })).status).toBe(200);
    }
    const rest = await list(`sort=size&limit=50&cursor=${encodeURIComponent(String(first.body["next"]))}`);
    expect((rest.body["items"] as { id: string }[]).map(({ id }) => id)).toEqual(all.slice(4));
  });
});
