import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Housekeeping, startHousekeeping } from "./housekeeping.ts";
import { type Bookings, type Reply, startBookings } from "./start-bookings.ts";

let bookings: Bookings;
let housekeeping: Housekeeping;
let token: string;

/** Two calls in a row, for policies to cut short. */
function twoCalls(name: string): string {
  return `
apiVersion: lintel/v1
kind: Tool
name: ${name}
trigger: { http: { method: GET, path: /${name} } }
authorize: { roles: [agent] }
input: { type: object, additionalProperties: false, properties: {} }
output: { type: object, required: [status], properties: { status: { type: integer } } }
flow:
  - { id: first, type: http, provider: housekeeping, method: GET, url: /slow, timeout: 5s }
  - { id: second, type: http, provider: housekeeping, method: GET, url: /slow, after: [first] }
respond: { status: "\${nodes.second.status}" }
`;
}

function budget(tool: string, text: string): string {
  return `{ apiVersion: lintel/v1, kind: Policy, name: budget-${tool}, tools: [${tool}], budget: ${text} }`;
}

const files = {
  "tools/few-calls.yaml": twoCalls("few-calls"),
  "policies/few-calls.yaml": budget("few-calls", "{ externalCalls: 1 }"),
  "tools/short-calls.yaml": twoCalls("short-calls"),
  "policies/short-calls.yaml": budget("short-calls", "{ time: 300ms }"),
};

beforeAll(async () => {
  housekeeping = await startHousekeeping();
  bookings = await startBookings({ housekeeping: housekeeping.url, files });
  token = await bookings.agent();
});

afterAll(async () => {
  await bookings.stop();
  await housekeeping.stop();
});

beforeEach(() => {
  housekeeping.received.length = 0;
  housekeeping.answer("POST /v1/cleanings", { status: 201, body: { id: "c1" } });
  housekeeping.answer("DELETE /v1/cleanings/c1", { status: 204 });
});

async function order(number: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
  return bookings.call("POST", "/rooms/orders", { token, body: { number }, headers });
}

async function effects(executionId: string | null): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const text = `SELECT node, state, attempts, error_code, idempotency_key FROM lintel.effects WHERE execution_id = $1`;
  return (await bookings.superuser.query(text, [executionId])).rows as [];
}

function executionOf(reply: Reply): string | null {
  return reply.headers.get("lintel-execution");
}

test("an effect is journalled, keyed, and its result is committed with what depends on it", async () => {
  const reply = await order("101");
  expect(reply.body).toMatchObject({ cleaning: "c1" });
  const [row] = await effects(executionOf(reply));
  expect(row).toMatchObject({ node: "order", state: "succeeded", attempts: 1 });
  const [received] = housekeeping.received;
  expect(received?.headers["idempotency-key"]).toBe(row?.["idempotency_key"]);
  expect(received?.headers.authorization).toBe("Bearer housekeeping-secret");
  expect(JSON.parse(received?.body ?? "")).toEqual({ number: "101" });
});

test("a passing failure is repeated with the same key, and no sooner than Retry-After says", async () => {
  housekeeping.answer(
    "POST /v1/cleanings",
    { status: 503, headers: { "Retry-After": "1" } },
    { status: 429 },
    { status: 201, body: { id: "c1" } },
  );
  const began = Date.now();
  const reply = await order("102");
  expect(reply.status).toBe(200);
  expect(Date.now() - began).toBeGreaterThanOrEqual(1000);
  expect(new Set(housekeeping.received.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
  expect(await effects(executionOf(reply))).toMatchObject([{ state: "succeeded", attempts: 3 }]);
});

test("a refusal is not repeated: 502, nothing written, the effect has failed", async () => {
  housekeeping.answer("POST /v1/cleanings", { status: 400 });
  const before = await bookings.count("app.room");
  const reply = await order("103");
  expect(reply.body).toMatchObject({ code: "external-call-failed" });
  expect(reply.status).toBe(502);
  expect(housekeeping.received).toHaveLength(1);
  expect(await bookings.count("app.room")).toBe(before);
  expect(await effects(executionOf(reply))).toMatchObject([{ state: "failed" }]);
});

test("a service that never answers is a 504, and the effect's outcome is visibly unknown", async () => {
  housekeeping.answer("POST /v1/cleanings", "hang");
  const reply = await order("104");
  expect(reply.body).toMatchObject({ code: "external-call-timeout" });
  expect(reply.status).toBe(504);
  expect(await effects(executionOf(reply))).toMatchObject([{ state: "unknown", attempts: 3 }]);
});

test("a redirect is not followed", async () => {
  housekeeping.answer("POST /v1/cleanings", { status: 307, headers: { Location: "http://127.0.0.1:9/stolen" } });
  expect((await order("105")).status).toBe(502);
  expect(housekeeping.received).toHaveLength(1);
});

test("an effect is undone when a later node fails", async () => {
  const before = await bookings.count("app.room");
  const reply = await order("101");
  expect(reply.body).toMatchObject({ code: "already-exists" });
  expect(reply.status).toBe(409);
  expect(await bookings.count("app.room")).toBe(before);
  expect(housekeeping.received.map(({ method, url }) => `${method} ${url}`)).toEqual([
    "POST /v1/cleanings",
    "DELETE /v1/cleanings/c1",
  ]);
  expect(await effects(executionOf(reply))).toMatchObject([{ state: "compensated" }]);
});

test("an effect that cannot be undone stays visible as unknown", async () => {
  housekeeping.answer("DELETE /v1/cleanings/c1", { status: 409 });
  const reply = await order("101");
  expect(reply.status).toBe(409);
  expect(await effects(executionOf(reply))).toMatchObject([{ state: "unknown", error_code: "compensation-failed" }]);
});

test("an answer that does not match its schema fails the call, and the effect is known to have happened", async () => {
  housekeeping.answer("POST /v1/cleanings", { status: 201, body: { name: "c1" } });
  const reply = await order("106");
  expect(reply.body).toMatchObject({ code: "external-call-failed" });
  expect(await effects(executionOf(reply))).not.toMatchObject([{ state: "failed" }]);
});

test("independent calls run at once, and one may fail where the flow says so", async () => {
  housekeeping.answer("GET /v1/staff", { status: 200, body: { count: 4 } });
  housekeeping.answer("GET /v1/weather", { status: 404 });
  const reply = await bookings.call("GET", "/housekeeping", { token });
  expect(reply.body).toEqual({ staff: 4, weather: null });
  expect(housekeeping.received.map(({ url }) => url)).toContain("/v1/staff?shift=early+%26+late");
  expect(await effects(executionOf(reply))).toEqual([]);
});

test("an answer of more than a megabyte is given up", async () => {
  housekeeping.answer("GET /v1/staff", { status: 200, body: { count: 4, padding: "x".repeat(1_200_000) } });
  expect((await bookings.call("GET", "/housekeeping", { token })).status).toBe(502);
});

test("a failure after an effect is kept under the Idempotency-Key, so that the effect is not repeated", async () => {
  housekeeping.answer("POST /v1/cleanings", "reset");
  const headers = { "Idempotency-Key": "order-107" };
  const first = await order("107", headers);
  expect(first.status).toBe(502);
  housekeeping.answer("POST /v1/cleanings", { status: 201, body: { id: "c1" } });
  const second = await order("107", headers);
  expect(second.status).toBe(502);
  expect(second.body).toEqual(first.body);
  expect(second.headers.get("content-type")).toBe("application/problem+json");
});

test("a failure whose effect was undone, or never was, frees the Idempotency-Key", async () => {
  const headers = { "Idempotency-Key": "order-108" };
  housekeeping.answer("POST /v1/cleanings", { status: 400 });
  expect((await order("108", headers)).status).toBe(502);
  housekeeping.answer("POST /v1/cleanings", { status: 201, body: { id: "c1" } });
  expect((await order("108", headers)).status).toBe(200);
});

async function find(id: string, note = "none"): Promise<Reply> {
  const query = new URLSearchParams({ id, note }).toString();
  return bookings.call("GET", `/cleanings?${query}`, { token });
}

test("a value in a url is one segment or one query value, whatever it holds", async () => {
  housekeeping.answer("GET /v1/cleanings/", { status: 200, body: {} });
  expect((await find("../staff?admin=1#x/", "a&b=c")).status).toBe(200);
  expect(housekeeping.received[0]?.url).toBe("/v1/cleanings/..%2Fstaff%3Fadmin%3D1%23x%2F?full=a%26b%3Dc");
});

test.each(["..", ".", ""])("a value of %j cannot lead to another folder", async (id) => {
  const { status, body } = await find(id);
  expect(body).toMatchObject({ code: "invalid-value" });
  expect(status).toBe(422);
  expect(housekeeping.received).toHaveLength(0);
});

test("a value cannot end a header and begin another", async () => {
  const { status, body } = await find("c1", "x\r\nAuthorization: Bearer mine");
  expect(body).toMatchObject({ code: "invalid-value" });
  expect(status).toBe(422);
  expect(housekeeping.received).toHaveLength(0);
});

test("an answer nested 100,000 levels deep fails the call and nothing else", async () => {
  const depth = 100_000;
  housekeeping.answer("GET /v1/cleanings/", { status: 200, raw: `${"[".repeat(depth)}${"]".repeat(depth)}` });
  expect((await find("c1")).body).toMatchObject({ code: "external-call-failed" });
});

test("a budget of external calls holds while the flow runs", async () => {
  housekeeping.answer("GET /v1/slow", { status: 200, body: {} });
  const { status, body } = await bookings.call("GET", "/few-calls", { token });
  expect(body).toMatchObject({ code: "budget-exceeded", detail: "more than 1 external calls" });
  expect(status).toBe(422);
  expect(housekeeping.received).toHaveLength(1);
});

test("a budget of time cuts a call short that the node would let go on", async () => {
  housekeeping.answer("GET /v1/slow", "hang");
  const began = Date.now();
  const { status } = await bookings.call("GET", "/short-calls", { token });
  expect(status).toBe(504);
  expect(Date.now() - began).toBeLessThan(4000);
});

test("a service that fails again and again is left alone: 503 with Retry-After, and nothing is sent", async () => {
  housekeeping.answer("GET /v1/cleanings/", { status: 500 });
  for (let call = 0; call < 4; call += 1) await find("c1");
  const before = housekeeping.received.length;
  const reply = await find("c1");
  expect(reply.status).toBe(503);
  expect(reply.body).toMatchObject({ code: "external-call-suspended" });
  expect(Number(reply.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  expect(housekeeping.received).toHaveLength(before);
});
