import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bookings, type Reply, startBookings } from "./start-bookings.ts";

let bookings: Bookings;
let token: string;
let customerId: string;
let roomId: string;

beforeAll(async () => {
  bookings = await startBookings();
  token = await bookings.agent();
  const nightlyRate = { amount: 9000, currency: "EUR" };
  const room = await bookings.call("POST", "/rooms", { token, body: { number: "101", beds: 2, nightlyRate } });
  roomId = String(room.body["id"]);
  const customer = { subject: "carla", name: "Carla", email: "carla@example.com" };
  customerId = String((await bookings.call("POST", "/customers", { token, body: customer })).body["id"]);
});

afterAll(async () => {
  await bookings.stop();
});

async function book(year: number, key: string, more: object = {}, as = token): Promise<Reply> {
  const body = { customerId, roomId, startsOn: `${String(year)}-05-01`, endsOn: `${String(year)}-05-02`, ...more };
  return bookings.call("POST", "/reservations", { token: as, body, headers: { "Idempotency-Key": key } });
}

test("the same key and input are answered from the first call, and nothing is written twice", async () => {
  const first = await book(2031, "key-1");
  const second = await book(2031, "key-1");
  expect(first.status).toBe(201);
  expect(second.status).toBe(201);
  expect(second.body).toEqual(first.body);
  expect(second.headers.get("idempotent-replayed")).toBe("true");
  expect(await bookings.count("app.reservation")).toBe(1);
  expect((await bookings.executions()).at(-1)).toMatchObject({ outcome: "replayed", status: 201 });
});

test("the same key with another input is refused", async () => {
  const { status, body } = await book(2032, "key-1");
  expect(body).toMatchObject({ code: "idempotency-key-reused" });
  expect(status).toBe(422);
});

test("keys of one caller say nothing about those of another", async () => {
  const carla = await bookings.customer("carla");
  const { status } = await book(2033, "key-1", {}, carla);
  expect(status).toBe(201);
});

test("of concurrent calls with one key, one writes and the others wait or get its answer", async () => {
  const before = await bookings.count("app.reservation");
  const replies = await Promise.all(Array.from({ length: 8 }, () => book(2034, "key-2")));
  const statuses = replies.map(({ status }) => status);
  expect(statuses.filter((status) => status !== 201 && status !== 409)).toEqual([]);
  expect(new Set(replies.filter(({ status }) => status === 201).map(({ body }) => body["id"])).size).toBe(1);
  for (const { status, body } of replies) {
    if (status === 409) expect(body).toMatchObject({ code: "idempotency-key-in-use" });
  }
  expect(await bookings.count("app.reservation")).toBe(before + 1);
});

test("a call that was refused frees its key", async () => {
  expect((await book(2035, "key-3", { guests: 5 })).status).toBe(422);
  expect((await book(2035, "key-3", { guests: 2 })).status).toBe(201);
});

test("a tool that requires a key refuses a call without one", async () => {
  const { body } = await book(2036, "key-4");
  const reply = await bookings.call("POST", `/reservations/${String(body["id"])}/check-out`, { token });
  expect(reply.body).toMatchObject({ code: "idempotency-key-required" });
  expect(reply.status).toBe(400);
});

interface Delivery {
  readonly body: string;
  readonly id?: string;
  readonly at?: number;
  readonly secret?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function deliver({
  body,
  id = "d1",
  at = Date.now(),
  secret = "webhook-secret",
  headers,
}: Delivery): Promise<Reply> {
  const time = String(Math.floor(at / 1000));
  const mac = createHmac("sha256", secret).update(`${time}.${body}`).digest("hex");
  const signed = { "X-Timestamp": time, "X-Signature": `sha256=${mac}`, "X-Delivery-Id": id, ...headers };
  return bookings.call("POST", "/webhooks/payments", { raw: body, headers: signed });
}

async function payment(year: number, reference: string): Promise<string> {
  const { body } = await book(year, `for-${reference}`);
  return JSON.stringify({ reservationId: body["id"], reference, amount: 9000 });
}

test("a signed webhook is served, and what it pays for is confirmed", async () => {
  const body = await payment(2040, "p1");
  const { status, body: answer } = await deliver({ body, id: "first" });
  expect(status).toBe(200);
  expect(answer).toEqual({ paymentId: expect.any(String) as string });
  const { rows } = await bookings.superuser.query(`SELECT status FROM app.reservation WHERE id = $1`, [
    (JSON.parse(body) as { reservationId: string }).reservationId,
  ]);
  expect(rows).toEqual([{ status: "confirmed" }]);
});

test("a delivery that comes again is answered from the first one", async () => {
  const body = await payment(2041, "p2");
  const first = await deliver({ body, id: "second" });
  const again = await deliver({ body, id: "second" });
  expect(again.body).toEqual(first.body);
  expect(again.status).toBe(200);
  expect(await bookings.count("app.payment WHERE reference = 'p2'")).toBe(1);
});

test("the id of one delivery with the body of another is refused", async () => {
  const first = await deliver({ body: await payment(2042, "p3"), id: "third" });
  const other = await deliver({ body: await payment(2043, "p4"), id: "third" });
  expect(first.status).toBe(200);
  expect(other.body).toMatchObject({ code: "delivery-reused" });
  expect(other.status).toBe(422);
});

test("a captured delivery under a new id is answered from the first one", async () => {
  const body = await payment(2044, "p5");
  const at = Date.now();
  const first = await deliver({ body, id: "fourth", at });
  const again = await deliver({ body, id: "fifth", at });
  expect(first.status).toBe(200);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect(again.body).toEqual(first.body);
  // The id that came with it is free for the delivery that it belongs to.
  expect((await deliver({ body: await payment(2045, "p6"), id: "fifth" })).status).toBe(200);
});

test("an empty id is none: deliveries with one are told apart by their bodies", async () => {
  const one = await deliver({ body: await payment(2046, "p7"), id: "" });
  const two = await deliver({ body: await payment(2047, "p8"), id: "" });
  expect([one.status, two.status]).toEqual([200, 200]);
  expect(two.body).not.toEqual(one.body);
});

test("ids that differ in their last letters only are two", async () => {
  const long = "x".repeat(300);
  const one = await deliver({ body: await payment(2048, "p9"), id: `${long}1` });
  const two = await deliver({ body: await payment(2049, "p10"), id: `${long}2` });
  expect([one.status, two.status]).toEqual([200, 200]);
  expect(two.body).not.toEqual(one.body);
});

test.each([
  ["signed with another secret", { secret: "guessed" }, "signature-invalid"],
  ["signed an hour ago", { at: Date.now() - 3_600_000 }, "signature-stale"],
  ["signed for tomorrow", { at: Date.now() + 86_400_000 }, "signature-stale"],
  ["with an empty signature", { headers: { "X-Signature": "" } }, "signature-invalid"],
  ["with a signature that is no hex", { headers: { "X-Signature": `sha256=${"z".repeat(64)}` } }, "signature-invalid"],
  ["with a bare prefix", { headers: { "X-Signature": "sha256=" } }, "signature-invalid"],
])("a webhook %s is refused before anything is parsed", async (_name, change, code) => {
  const { status, body } = await deliver({ body: "{ not json", id: "bad", ...change });
  expect(body).toMatchObject({ code });
  expect(status).toBe(401);
  expect((await bookings.executions()).at(-1)).toMatchObject({ tool: "payment-received", outcome: "refused" });
});

test("a webhook without a signature is refused", async () => {
  const { status, body } = await bookings.call("POST", "/webhooks/payments", { raw: "{}" });
  expect(body).toMatchObject({ code: "signature-missing" });
  expect(status).toBe(401);
});

test("a webhook whose body was changed on the way is refused", async () => {
  const time = String(Math.floor(Date.now() / 1000));
  const mac = createHmac("sha256", "webhook-secret").update(`${time}.{"amount":1}`).digest("hex");
  const headers = { "X-Timestamp": time, "X-Signature": `sha256=${mac}` };
  const { status } = await bookings.call("POST", "/webhooks/payments", { raw: '{"amount":2}', headers });
  expect(status).toBe(401);
});

const scheduler = { iss: undefined, aud: "https://schedules.test", email_verified: true };
const email = "scheduler@project.iam.gserviceaccount.com";
const schedule = "/_lintel/schedules/release-unpaid";

test("a schedule runs for the scheduler's service account", async () => {
  const oidc = await bookings.issuer.token({ ...scheduler, iss: bookings.issuer.url, email });
  const { status, body } = await bookings.call("POST", schedule, { token: oidc });
  expect(body).toEqual({ released: 0 });
  expect(status).toBe(200);
});

test.each([
  ["another account", { email: "mallory@project.iam.gserviceaccount.com" }],
  ["an address that is not verified", { email, email_verified: false }],
  ["another audience", { email, aud: "https://other.test" }],
  ["another issuer", { email, iss: "https://accounts.evil.test" }],
])("a schedule refuses the token of %s", async (_name, claims) => {
  const oidc = await bookings.issuer.token({ ...scheduler, iss: bookings.issuer.url, ...claims });
  const { status, body } = await bookings.call("POST", schedule, { token: oidc });
  expect(body).toMatchObject({ code: "token-invalid" });
  expect(status).toBe(401);
});

test("a schedule refuses a call without a token, and one with a caller's token", async () => {
  expect((await bookings.call("POST", schedule)).status).toBe(401);
  expect((await bookings.call("POST", schedule, { token })).status).toBe(401);
});
