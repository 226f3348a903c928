import { connect } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Bookings, type CallOptions, type Reply, startBookings } from "./start-bookings.ts";

let bookings: Bookings;
let token: string;
let calls = 0;

beforeAll(async () => {
  bookings = await startBookings();
  token = await bookings.agent();
});

afterAll(async () => {
  await bookings.stop();
});

afterEach(async () => {
  expect(await bookings.count("app.room")).toBe(0);
  expect(await bookings.executions()).toHaveLength(calls);
});

const room = { number: "101", beds: 2, nightlyRate: { amount: 9000, currency: "EUR" } };

async function post(options: CallOptions): Promise<Reply> {
  calls += 1;
  return bookings.call("POST", "/rooms", { token, ...options });
}

function text(body: unknown): string {
  return JSON.stringify(body);
}

const malformed: Readonly<Record<string, CallOptions>> = {
  "malformed JSON": { raw: '{"number": "101"' },
  "JSON with a trailing comma": { raw: '{"number": "101",}' },
  "an empty list": { raw: "[]" },
  "a bare null": { raw: "null" },
  "100,000 levels of lists": { raw: `{"number": ${"[".repeat(100_000)}${"]".repeat(100_000)}}` },
  "100,000 levels of objects": { raw: `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}` },
  "100,000 opening brackets": { raw: "[".repeat(100_000) },
  "a key given twice": { raw: text(room).replace("{", '{"number": "666",') },
  "a key given twice, once with an escape": { raw: text(room).replace("{", '{"\\u006eumber": "666",') },
  "bytes that are not UTF-8": { raw: new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]) },
};

test.each(Object.entries(malformed))("%s is a malformed body", async (_name, options) => {
  const { status, body, headers } = await post(options);
  expect(body).toMatchObject({ status: 400, code: "malformed-body", type: "urn:lintel:problem:malformed-body" });
  expect(status).toBe(400);
  expect(headers.get("content-type")).toBe("application/problem+json");
});

const invalid: Readonly<Record<string, readonly [body: string, pointer: string]>> = {
  "a text for an integer": [text({ ...room, beds: "2" }), "/beds"],
  "a number for a text": [text({ ...room, number: 101 }), "/number"],
  "a missing property": [text({ ...room, beds: undefined }), "/beds"],
  "an unknown property": [text({ ...room, colour: "red" }), "/colour"],
  "an unknown property deep inside": [
    text({ ...room, nightlyRate: { ...room.nightlyRate, tax: 1 } }),
    "/nightlyRate/tax",
  ],
  "another currency": [text({ ...room, nightlyRate: { amount: 1, currency: "USD" } }), "/nightlyRate/currency"],
  "a value outside an enum": [text({ ...room, category: "cave" }), "/category"],
  "an integer beyond 2^53": [text(room).replace("9000", "9007199254740993"), "/nightlyRate/amount"],
  "an exponent beyond 2^53": [text(room).replace("9000", "1e300"), "/nightlyRate/amount"],
  "an infinite number": [text(room).replace("9000", "1e999"), "/nightlyRate/amount"],
  "a NUL in a text": [text({ ...room, number: "1\0" }), "/number"],
  "half a surrogate pair": [text(room).replace("101", "\\ud800"), "/number"],
  "a property __proto__": [text(room).replace("{", '{"__proto__": {"beds": 1},'), "/__proto__"],
  "a property __proto__ deep inside": [
    text(room).replace('"amount"', '"__proto__": {"amount": 1}, "amount"'),
    "/nightlyRate/__proto__",
  ],
  "a property constructor": [text(room).replace("{", '{"constructor": 1,'), "/constructor"],
};

test.each(Object.entries(invalid))("%s is an invalid input, and the place is named", async (_name, [raw, pointer]) => {
  const { status, body } = await post({ raw });
  expect(body).toMatchObject({ status: 422, code: "invalid-input" });
  expect((body["errors"] as { pointer: string }[]).map((error) => error.pointer)).toContain(pointer);
  expect(status).toBe(422);
});

test("a body of 2 MB is too large", async () => {
  const { status, body } = await post({ raw: text({ ...room, number: "1".repeat(2 * 1024 * 1024) }) });
  expect(body).toMatchObject({ code: "body-too-large" });
  expect(status).toBe(413);
});

test("a body that is not JSON by its own word is refused", async () => {
  const { status, body } = await post({ raw: "number=101", headers: { "Content-Type": "text/plain" } });
  expect(body).toMatchObject({ code: "unsupported-media-type" });
  expect(status).toBe(415);
});

test.each([
  ["compressed", { "Content-Encoding": "gzip" }],
  ["in UTF-16", { "Content-Type": "application/json; charset=utf-16" }],
  ["in Latin 1", { "Content-Type": 'application/json;charset="ISO-8859-1"' }],
])("a body that is said to be %s is refused", async (_name, headers) => {
  const { status, body } = await post({ body: room, headers });
  expect(body).toMatchObject({ code: "unsupported-media-type" });
  expect(status).toBe(415);
});

test.each([
  ["no HTTP", "nonsense\r\n\r\n", 400],
  ["a request with 20 kB of headers", `GET /rooms HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(20_000)}\r\n\r\n`, 431],
])("%s is answered by a problem document", async (_name, sent, status) => {
  const [head = "", body = ""] = (await exchange(sent)).split("\r\n\r\n");
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${String(status)} `, "u"));
  expect(head).toContain("Content-Type: application/problem+json");
  expect(JSON.parse(body)).toMatchObject({ status });
});

async function exchange(sent: string): Promise<string> {
  const socket = connect(Number(new URL(bookings.url).port), "127.0.0.1");
  socket.write(sent);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

test("a query parameter beside a body is refused instead of ignored", async () => {
  calls += 1;
  const { status } = await bookings.call("POST", "/rooms?beds=3", { token, body: room });
  expect(status).toBe(400);
});

test.each([
  ["/rooms/%00", 422],
  ["/rooms/1'%20or%201=1", 422],
  ["/rooms?limit=many", 422],
  ["/rooms?limit=9007199254740993", 422],
  ["/rooms?limit=5&limit=6", 422],
  ["/rooms?__proto__=1", 422],
  ["/rooms?category=cave", 422],
  ["/rooms?unknown=1", 422],
])("GET %s is a problem of the input", async (path, expected) => {
  calls += 1;
  const { status, body } = await bookings.call("GET", path, { token });
  expect(body).toMatchObject({ code: "invalid-input" });
  expect(status).toBe(expected);
});

test.each([
  ["an unknown path", "/nowhere"],
  ["a byte that is no character", "/rooms/%ff"],
  ["half an escape", "/rooms/%"],
  ["a very long id", `/rooms/${"a".repeat(5000)}`],
])("GET of %s is a 4xx problem document", async (_name, path) => {
  const { status, body } = await bookings.call("GET", path, { token });
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(body).toHaveProperty("code");
  calls = (await bookings.executions()).length;
});

test("all errors of a small input are told at once", async () => {
  const { body } = await post({ body: { number: 1, beds: "2", nightlyRate: null } });
  const pointers = (body["errors"] as { pointer: string }[]).map(({ pointer }) => pointer);
  expect(pointers).toEqual(expect.arrayContaining(["/number", "/beds", "/nightlyRate"]));
});
