// Text that would break out of SQL, in every place that takes a value, and then PostgreSQL's own list of what it was asked.
import type { JsonObject, JsonValue, Tool } from "@lintel/specs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bookings, type Reply, startBookings } from "../start-bookings.ts";
import { type Ids, reachableTools, send, usualInput } from "./call-tools.ts";

const isLong = process.env["LINTEL_LONG_TESTS"] !== undefined;

const corpus: readonly string[] = [
  "' OR '1'='1",
  "'; DROP TABLE app.room; --",
  "\\'; SELECT pg_sleep(9); --",
  "${input.id}",
  "x\u0000y",
];
const more: readonly string[] = [
  `" OR ""="`,
  "$1",
  "') UNION SELECT id, subject FROM app.customer --",
  "1 OR 1=1",
  "\u02bc OR 1=1 --",
  "$$; DROP SCHEMA app CASCADE; $$",
  "E'\\''",
  "/*",
  "*/",
  "--",
  ";",
  "%27%20OR%201=1",
  "\uff07 OR 1=1",
  "current_user",
  "version()",
  "0x27",
  "{{7*7}}",
  "\\",
  ":id",
  "?",
  "(SELECT subject FROM app.customer LIMIT 1)",
  "id) OR (1=1",
  "id ASC; DROP TABLE app.room",
  "-1",
  "NULL",
  "'".repeat(300),
];
const payloads = isLong ? [...corpus, ...more] : corpus;

let bookings: Bookings;
let agent: string;
let ids: Ids;
beforeAll(async () => {
  bookings = await startBookings({
    postgres: ["-c", "shared_preload_libraries=pg_stat_statements", "-c", "pg_stat_statements.track=all"],
  });
  await bookings.superuser.query("CREATE EXTENSION pg_stat_statements");
  agent = await bookings.agent();
  ids = await someRows();
});
afterAll(async () => {
  await bookings.stop();
});

async function someRows(): Promise<Ids> {
  const made = async (name: string, more: JsonObject): Promise<string> => {
    const tool = bookings.bundle.tools.find((each) => each.name === name);
    if (tool === undefined) throw new Error(`there is no tool ${name}`);
    const { body } = await send(bookings, tool, { token: agent, input: { ...usualInput(tool, {}), ...more } });
    return String(body["id"]);
  };
  const customerId = await made("create-customer", { subject: "carla" });
  const roomId = await made("create-room", { beds: 8 });
  await made("create-room", { beds: 2 });
  const reservationId = await made("create-reservation", { customerId, roomId });
  return { customerId, roomId, reservationId };
}

/** What the executor's role has asked, as PostgreSQL itself tells it apart. */
async function askedTexts(): Promise<readonly string[]> {
  const { rows } = await bookings.superuser.query<{ query: string }>(
    `SELECT DISTINCT query FROM pg_stat_statements WHERE userid = '"executor@project.iam"'::regrole ORDER BY query`,
  );
  return rows.map(({ query }) => query);
}

/** One input for each place and payload: a property, a name of one, an element of a list, a property of an object. */
function inputsWith(tool: Tool, payload: string): readonly JsonObject[] {
  const usual = usualInput(tool, ids);
  return [
    ...Object.entries(usual).flatMap(([name, value]) =>
      [payload, ...within(value, payload)].map((each) => ({ ...usual, [name]: each })),
    ),
    { ...usual, [payload]: 1 },
    ...("sort" in usual ? [{ ...usual, cursor: payload }] : []),
  ];
}

/** The payload in each place within the value. */
function within(value: JsonValue, payload: string): readonly JsonValue[] {
  if (Array.isArray(value)) return [[payload]];
  if (typeof value !== "object" || value === null) return [];
  const properties = value as JsonObject;
  return Object.keys(properties).map((key) => ({ ...properties, [key]: payload }));
}

async function sortedPages(tool: Tool): Promise<void> {
  const { properties } = tool.input as {
    readonly properties: Readonly<Record<string, { readonly enum?: readonly string[] }>>;
  };
  for (const sort of properties["sort"]?.enum ?? []) {
    for (const input of [{ sort }, { sort, limit: 1 }]) {
      const reply = await send(bookings, tool, { token: agent, input });
      const cursor = Object.entries(reply.body).find(
        ([name, value]) => name !== "items" && typeof value === "string",
      )?.[1];
      if (typeof cursor !== "string") continue;
      await send(bookings, tool, { token: agent, input: { sort, limit: 1, cursor } });
      for (const payload of payloads)
        await send(bookings, tool, { token: agent, input: { sort, cursor: forged(cursor, payload) } });
    }
  }
}

/** A cursor that was read and written again with the payload in each of its values. */
function forged(cursor: string, payload: string): string {
  const put = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(put);
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, put(each)]));
    return payload;
  };
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    return Buffer.from(JSON.stringify(put(read))).toString("base64url");
  } catch {
    return `${cursor}${payload}`;
  }
}

const headerText = (payload: string): string => payload.replaceAll(/[^\x20-\x7e]/gu, "?");

function withHeaders(tool: Tool, payload: string): readonly Promise<Reply>[] {
  const input = usualInput(tool, ids);
  const value = headerText(payload);
  return [
    { "Idempotency-Key": value },
    { "X-Delivery-Id": value },
    { traceparent: value },
    { "X-Cloud-Trace-Context": value },
    { Authorization: `Bearer ${value}` },
  ].map((headers) => send(bookings, tool, { token: agent, input, headers }));
}

async function byStrangers(tool: Tool, payload: string): Promise<readonly Reply[]> {
  const input = usualInput(tool, ids);
  const claims = [
    { sub: payload, roles: ["customer"] },
    { sub: payload, roles: ["agent"] },
    { sub: "carla", roles: [payload] },
    { sub: "carla", roles: payload, email: payload },
  ];
  const tokens = await Promise.all(claims.map((each) => bookings.issuer.token(each)));
  return Promise.all(tokens.map((token) => send(bookings, tool, { token, input })));
}

test("no text that anybody sends becomes SQL", { timeout: 300_000 }, async () => {
  const tools = reachableTools(bookings.bundle);
  // Every statement that is to be: each tool by each kind of caller, with values as they should be, in every order.
  for (const tool of tools) {
    await byStrangers(tool, "carla");
    for (const input of [usualInput(tool, ids), ...inputsWith(tool, "u1")])
      await send(bookings, tool, { token: agent, input });
    await sortedPages(tool);
  }
  const before = await askedTexts();
  expect(before.length).toBeGreaterThan(tools.length);
  const rooms = await bookings.count("app.room");
  const replies: Reply[] = [];
  for (const tool of tools) {
    for (const payload of payloads) {
      const sent = inputsWith(tool, payload).map((input) => send(bookings, tool, { token: agent, input }));
      const first = tool === tools[0] || tool.trigger.type === "webhook";
      replies.push(...(await Promise.all([...sent, ...(first ? withHeaders(tool, payload) : [])])));
      if (isLong || tool.name === "list-reservations") replies.push(...(await byStrangers(tool, payload)));
    }
  }
  expect((await askedTexts()).filter((text) => !before.includes(text))).toEqual([]);
  expect(await bookings.count("app.room")).toBeGreaterThanOrEqual(rooms);
  for (const { status, body } of replies) {
    // Housekeeping is not there in this test.
    if (status >= 500) expect(body["code"]).toMatch(/^external-call-/u);
    expect(JSON.stringify(body)).not.toMatch(/syntax error|pg_catalog|SQLSTATE|relation "|column "|at character/u);
  }
  expect(replies.length).toBeGreaterThan(500);
});
