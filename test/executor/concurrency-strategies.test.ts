import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createLogger, readSettings, startServer } from "../../executor/index.ts";
import { type Bookings, type Reply, request, startBookings } from "./start-bookings.ts";
import { waitUntil } from "./wait-until.ts";

/** Two executors, each a server with a pool of its own, on one database. */
let bookings: Bookings;
let other: { readonly port: number; drain(): Promise<void> };
let token: string;
let rooms: readonly [string, string];

function tool(name: string, concurrency: string, nodes: readonly string[]): readonly [string, string] {
  const text = `
apiVersion: lintel/v1
kind: Tool
name: ${name}
trigger: { http: { method: POST, path: "/${name}" } }
authorize: { roles: [agent] }
concurrency: ${concurrency}
input: { type: object, additionalProperties: false, required: [id], properties: { id: { type: string, format: uuid } } }
output: { type: object, properties: { beds: { type: integer } } }
flow:
  - id: all
    type: transaction
    nodes:
${nodes.map((node) => `      - ${node}`).join("\n")}
respond: { beds: "\${nodes.changed.beds}" }
`;
  return [`tools/${name}.yaml`, text];
}

/** Reads, and writes what follows from what was read. */
const addBed = [
  `{ id: room, type: read, entity: Room, where: { id: { eq: "\${input.id}" } }, one: true }`,
  `{ id: changed, type: write, action: update, entity: Room, key: "\${input.id}", values: { beds: "\${nodes.room.beds + 1}" } }`,
];
/** Of the rooms with two beds one must be left: a rule over rows that the call does not write. */
const closeOne = [
  `{ id: open, type: read, entity: Room, where: { beds: { eq: 2 } }, limit: 10 }`,
  `{ id: left, type: assert, expr: nodes.open.size() > 1, message: one room stays open }`,
  `{ id: changed, type: write, action: update, after: [left], entity: Room, key: "\${input.id}", values: { beds: 1 } }`,
];

const files = Object.fromEntries([
  tool("add-optimistic", "optimistic", addBed),
  tool("add-pessimistic", "pessimistic", addBed),
  tool("add-serializable", "serializable", addBed),
  tool("close-optimistic", "optimistic", closeOne),
  tool("close-serializable", "serializable", closeOne),
]);

beforeAll(async () => {
  bookings = await startBookings({ files });
  token = await bookings.agent();
  const settings = readSettings(bookings.environment);
  other = await startServer({ settings, log: createLogger("fatal"), defaultBundleUrl: "", host: "127.0.0.1" });
});

afterAll(async () => {
  await other.drain();
  await bookings.stop();
});

beforeEach(async () => {
  await bookings.superuser.query("TRUNCATE app.room CASCADE");
  const add = async (number: string): Promise<string> => {
    const body = { number, beds: 2, nightlyRate: { amount: 100, currency: "EUR" } };
    return String((await bookings.call("POST", "/rooms", { token, body })).body["id"]);
  };
  rooms = [await add("1"), await add("2")];
});

/** Two calls, one by each executor, that stand side by side before either of them goes on. */
async function together(name: string, ids: readonly [string, string]): Promise<readonly Reply[]> {
  const holder = await bookings.database.connect("superuser");
  await holder.query("BEGIN");
  await holder.query("SELECT FROM app.room FOR UPDATE");
  const urls = [bookings.url, `http://127.0.0.1:${String(other.port)}`] as const;
  const replies = urls.map((url, index) => request(`${url}/${name}`, "POST", { token, body: { id: ids[index] } }));
  const settled = Promise.all(replies);
  try {
    await waitUntil(async () => {
      const { rows } = await bookings.superuser.query(
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      );
      return rows.length === 2;
    });
  } finally {
    await holder.query("COMMIT");
    await holder.end();
  }
  return settled;
}

async function bedsOf(id: string): Promise<number> {
  const { rows } = await bookings.superuser.query("SELECT beds::integer FROM app.room WHERE id = $1", [id]);
  return (rows[0] as { beds: number }).beds;
}

describe("two executors that read a row and write what follows from it", () => {
  test("optimistic: one writes, the other one is told that the row has changed, and no change is lost", async () => {
    const replies = await together("add-optimistic", [rooms[0], rooms[0]]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(replies.find(({ status }) => status === 409)?.body).toMatchObject({ code: "version-conflict" });
    expect(await bedsOf(rooms[0])).toBe(3);
  });

  test.each(["pessimistic", "serializable"])(
    "%s: both write, the second what follows from the first",
    async (level) => {
      const replies = await together(`add-${level}`, [rooms[0], rooms[0]]);
      expect(replies.map(({ status, body }) => [status, body["beds"]]).sort()).toEqual([
        [200, 3],
        [200, 4],
      ]);
      expect(await bedsOf(rooms[0])).toBe(4);
    },
  );
});

describe("two executors that each write one row by what all of them say", () => {
  test("serializable: the second one runs again, and sees what the first has left", async () => {
    const replies = await together("close-serializable", rooms);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 422]);
    expect((await bedsOf(rooms[0])) + (await bedsOf(rooms[1]))).toBe(3);
  });

  test("optimistic does not see it, for no row that was read has changed: that is what serializable is for", async () => {
    const replies = await together("close-optimistic", rooms);
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
  });
});
