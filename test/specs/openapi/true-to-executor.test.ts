import { createHmac, randomUUID } from "node:crypto";
import { type OpenApiDocument, openApiOf } from "@lintel/specs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bookings, type CallOptions, type Reply, startBookings } from "../../executor/start-bookings.ts";
import { type Departures, departuresFrom } from "./conforms.ts";

let bookings: Bookings;
let document: OpenApiDocument;
let departures: Departures;
let agent: string;
let roomId: string;
let customerId: string;
/** Operations and statuses that were seen. */
const seen = new Set<string>();

beforeAll(async () => {
  bookings = await startBookings();
  document = openApiOf(bookings.bundle);
  departures = departuresFrom(document);
  agent = await bookings.agent();
});

afterAll(async () => {
  await bookings.stop();
});

async function call(name: string, method: string, path: string, options: CallOptions = {}): Promise<Reply> {
  const reply = await bookings.call(method, path, options);
  expect(departures(name, reply)).toEqual([]);
  seen.add(`${name} ${String(reply.status)}`);
  return reply;
}

const post = (name: string, path: string, body: unknown, more: CallOptions = {}): Promise<Reply> =>
  call(name, "POST", path, { token: agent, body, ...more });

test("rows that are created, read, listed, changed and deleted are answered as the document says", async () => {
  const rate = { amount: 9000, currency: "EUR" };
  const room = await post("create-room", "/rooms", { number: "101", beds: 2, nightlyRate: rate });
  roomId = String(room.body["id"]);
  await post("create-room", "/rooms", { number: "101", beds: 2, nightlyRate: rate });
  const customer = await post("create-customer", "/customers", { subject: "carla", name: "C", email: "c@example.com" });
  customerId = String(customer.body["id"]);
  await call("get-room", "GET", `/rooms/${roomId}`, { token: agent });
  await call("get-room", "GET", `/rooms/${randomUUID()}`, { token: agent });
  await call("list-rooms", "GET", "/rooms?limit=1", { token: agent });
  await call("list-rooms", "GET", "/rooms?limit=100000", { token: agent });
  await call("update-room", "PATCH", `/rooms/${roomId}`, { token: agent, body: { beds: 3 } });
  await call("update-room", "PATCH", `/rooms/${roomId}`, { token: agent, body: { beds: 3, version: 1 } });
  const gone = await post("create-room", "/rooms", { number: "102", beds: 2, nightlyRate: rate });
  await call("delete-room", "DELETE", `/rooms/${String(gone.body["id"])}`, { token: agent });
  expect([...seen].toSorted()).toEqual([
    "create-customer 201",
    "create-room 201",
    "create-room 409",
    "delete-room 200",
    "get-room 200",
    "get-room 404",
    "list-rooms 200",
    "list-rooms 422",
    "update-room 200",
    "update-room 409",
  ]);
});

test("a flow's refusals are problems that the document names", async () => {
  const stay = { customerId, roomId, startsOn: "2031-05-01", endsOn: "2031-05-04" };
  const path = "/reservations";
  const name = "create-reservation";
  const made = await post(name, path, stay);
  const id = String(made.body["id"]);
  expect((await post(name, path, stay)).body["code"]).toBe("exclusion-violated");
  expect((await post(name, path, { ...stay, guests: 8 })).body["code"]).toBe("assertion-failed");
  expect((await post(name, path, { ...stay, endsOn: "2031-04-01" })).status).toBe(422);
  expect((await post(name, path, { ...stay, roomId: randomUUID() })).body["code"]).toBe("not-found");
  expect((await post(name, path, { ...stay, more: 1 })).body["code"]).toBe("invalid-input");
  const other = await bookings.customer("dora");
  expect(
    (await post(name, path, { ...stay, startsOn: "2031-06-01", endsOn: "2031-06-02" }, { token: other })).status,
  ).toBe(403);
  expect((await post("confirm-reservation", `/reservations/${id}/confirm`, {})).status).toBe(200);
  expect((await post("confirm-reservation", `/reservations/${id}/confirm`, {})).body["code"]).toBe("wrong-state");
  expect((await post("check-out", `/reservations/${id}/check-out`, {})).body["code"]).toBe("idempotency-key-required");
  const key = { "Idempotency-Key": "once" };
  await post("check-out", `/reservations/${id}/check-out`, {}, { headers: key });
  const again = await post("check-out", `/reservations/${id}/check-out`, {}, { headers: key });
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect((await post("cancel-reservation", `/reservations/${id}/cancel`, {})).status).toBe(409);
  expect((await call("ask-housekeeping", "GET", "/housekeeping", { token: agent })).status).toBeGreaterThan(500);
});

test("callers who are not let in, and bodies that cannot be read, get problems that the document names", async () => {
  const name = "create-room";
  const body = { number: "1", beds: 1, nightlyRate: { amount: 1, currency: "EUR" } };
  expect((await post(name, "/rooms", body, { token: "x.y.z" })).status).toBe(401);
  expect((await call(name, "POST", "/rooms", { body })).headers.get("www-authenticate")).toBe("Bearer");
  expect((await post(name, "/rooms", body, { token: await bookings.customer("c") })).status).toBe(403);
  const raw = (text: string, type = "application/json"): CallOptions => {
    return { token: agent, raw: text, headers: { "Content-Type": type } };
  };
  expect((await call(name, "POST", "/rooms", raw("{"))).status).toBe(400);
  expect((await call(name, "POST", "/rooms", raw("a=1", "text/plain"))).status).toBe(415);
  expect((await call(name, "POST", "/rooms", raw(`"${"x".repeat(2 ** 21)}"`))).status).toBe(413);
  expect((await call(name, "POST", "/rooms?x=1", { token: agent, body })).status).toBe(400);
  const badKey = { headers: { "Idempotency-Key": "two words" } };
  const rate = { amount: 1, currency: "EUR" };
  expect((await post(name, "/rooms", { number: "9", beds: 1, nightlyRate: rate }, badKey)).status).toBe(400);
});

test("a webhook's delivery, its repetition and its refusals are answered as the document says", async () => {
  const path =
    Object.entries(document.paths).find(([, { post: at }]) => at?.operationId === "payment-received")?.[0] ?? "";
  const { trigger } = bookings.bundle.tools.find(({ name }) => name === "payment-received") ?? {};
  if (trigger?.type !== "webhook") throw new Error("payment-received is no webhook");
  const { signature } = trigger;
  const raw = JSON.stringify({ amount: 1 });
  const time = String(Math.floor(Date.now() / 1000));
  const mac = createHmac("sha256", "webhook-secret").update(`${time}.${raw}`).digest("hex");
  const signed = (value: string): Readonly<Record<string, string>> =>
    signature.scheme === "stripe"
      ? { [signature.header]: `t=${time},v1=${value}` }
      : { [signature.header]: signature.prefix + value, [signature.timestampHeader ?? "X-Unused"]: time };
  const statuses = [];
  for (const headers of [{}, signed("0".repeat(64)), signed(mac), signed(mac)]) {
    statuses.push((await call("payment-received", "POST", path, { raw, headers })).status);
  }
  expect(statuses.slice(0, 2)).toEqual([401, 401]);
  expect(statuses[2]).toBe(statuses[3]);
});
