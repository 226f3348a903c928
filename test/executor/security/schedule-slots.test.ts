import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { slotIdsOf } from "../../../executor/admission/slot-ids.ts";
import { createLogger, readSettings, startServer } from "../../../executor/index.ts";
import { type Bookings, type Reply, request, startBookings } from "../start-bookings.ts";

const webhook = `
apiVersion: lintel/v1
kind: Tool
name: open-room
trigger:
  webhook:
    path: /webhooks/rooms
    signature: { scheme: hmac-sha256, header: X-Signature, encoding: hex, secret: payments-webhook-key }
    idHeader: X-Delivery-Id
input:
  type: object
  additionalProperties: false
  required: [number]
  properties: { number: { type: string, maxLength: 10 } }
output: { type: object, required: [id], properties: { id: { type: string } } }
flow:
  - id: open
    type: transaction
    nodes:
      - id: room
        type: write
        action: create
        entity: Room
        values: { number: "\${input.number}", beds: 1, nightlyRate: '\${money(100, "EUR")}' }
respond: { id: "\${nodes.room.id}" }
`;

/** A schedule that leaves a row each time it runs. */
const schedule = `
apiVersion: lintel/v1
kind: Tool
name: open-nightly
trigger: { schedule: { cron: "0 3 * * *", timeZone: Europe/Berlin } }
input: { type: object, additionalProperties: false, properties: {} }
output: { type: object, required: [id], properties: { id: { type: string } } }
flow:
  - id: open
    type: transaction
    nodes:
      - id: room
        type: write
        action: create
        entity: Room
        values: { number: '\${"night"}', beds: 1, nightlyRate: '\${money(100, "EUR")}' }
respond: { id: "\${nodes.room.id}" }
`;

const email = "scheduler@project.iam.gserviceaccount.com";
const path = "/_lintel/schedules/open-nightly";

let bookings: Bookings;
let second: { readonly url: string; readonly drain: () => Promise<void> };

beforeAll(async () => {
  bookings = await startBookings({ files: { "tools/open-room.yaml": webhook, "tools/open-nightly.yaml": schedule } });
  // Nothing but the claim may keep a second run from leaving a second row.
  const { rows } = await bookings.superuser.query<{ indexname: string }>(
    `SELECT indexname FROM pg_indexes WHERE schemaname = 'app' AND tablename = 'room' AND indexdef ~ 'UNIQUE.*number'`,
  );
  for (const { indexname } of rows) await bookings.superuser.query(`DROP INDEX app."${indexname}"`);
  const settings = readSettings(bookings.environment);
  const log = createLogger("silent", { write: () => undefined });
  const server = await startServer({ settings, log, defaultBundleUrl: "", host: "127.0.0.1" });
  second = { url: `http://127.0.0.1:${String(server.port)}`, drain: () => server.drain() };
});
afterAll(async () => {
  await second.drain();
  await bookings.stop();
});

async function run(url: string, slot: string | undefined, claims: object = {}): Promise<Reply> {
  const token = await bookings.issuer.token({
    aud: "https://schedules.test",
    email,
    email_verified: true,
    ...claims,
  });
  return request(`${url}${path}`, "POST", {
    token,
    headers: slot === undefined ? {} : { "X-CloudScheduler-ScheduleTime": slot },
  });
}

const nights = (): Promise<number> => bookings.count("app.room WHERE number = 'night'");
const clear = (): Promise<unknown> => bookings.superuser.query("DELETE FROM app.room");

test("of the deliveries of one slot to two instances one runs, and the others answer its outcome or are told to come again", async () => {
  await clear();
  const slot = "2026-03-29T01:00:00Z";
  const replies = await Promise.all(
    Array.from({ length: 8 }, (_, index) => run(index % 2 === 0 ? bookings.url : second.url, slot)),
  );
  expect(replies.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
  expect(await nights()).toBe(1);
  // The same instant, as another zone writes it.
  const again = await run(second.url, "2026-03-29T03:00:00+02:00");
  expect(again.status).toBe(200);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect(again.body).toEqual(replies.find(({ status }) => status === 200)?.body);
  expect(await nights()).toBe(1);
});

test("the next slot runs", async () => {
  await clear();
  expect((await run(second.url, "2026-03-30T01:00:00Z")).headers.get("idempotent-replayed")).toBeNull();
  expect(await nights()).toBe(1);
});

test("a run by hand, which bears the time of the next slot or none, runs, and takes nothing from that slot", async () => {
  const next = new Date(Date.now() + 3_600_000).toISOString();
  for (const slot of [next, undefined]) {
    await clear();
    expect((await run(bookings.url, slot)).status).toBe(200);
    expect(await nights()).toBe(1);
  }
  const [before, after] = [Date.parse(next) - 3_600_000, Date.parse(next)];
  expect(slotIdsOf(next, before)).toEqual([]);
  expect(slotIdsOf(next, after)).toHaveLength(1);
});

test("a slot whose run has failed without a trace runs again", async () => {
  await clear();
  const slot = "2026-03-31T01:00:00Z";
  await bookings.superuser.query(`ALTER TABLE app.room ADD CONSTRAINT closed CHECK (number <> 'night')`);
  expect((await run(bookings.url, slot)).status).toBeGreaterThanOrEqual(400);
  await bookings.superuser.query(`ALTER TABLE app.room DROP CONSTRAINT closed`);
  expect((await run(second.url, slot)).status).toBe(200);
  expect(await nights()).toBe(1);
});

test.each([
  ["another account", { email: "mallory@project.iam.gserviceaccount.com" }],
  ["no account", { email: undefined }],
  ["an address in capitals", { email: email.toUpperCase() }],
  ["an address that is not verified", { email_verified: false }],
  ["an address that is verified in words", { email_verified: "true" }],
  ["an address of which nothing is said", { email_verified: undefined }],
  ["another audience", { aud: "https://schedules.test/" }],
  ["the audience of the callers", { aud: "https://bookings.test" }],
  ["another issuer", { iss: "https://accounts.google.com" }],
  ["no end", { exp: undefined }],
])("a token with %s neither runs nor takes a slot", async (_name, claims) => {
  await clear();
  const slot = "2026-04-01T01:00:00Z";
  const reply = await run(bookings.url, slot, claims);
  expect([reply.status, reply.body["code"]]).toEqual([401, "token-invalid"]);
  expect(await nights()).toBe(0);
  const { rowCount } = await bookings.superuser.query(
    `SELECT 1 FROM lintel.webhook_deliveries WHERE delivery_id = $1`,
    [slotIdsOf(slot, Date.now())[0]],
  );
  expect(rowCount).toBe(0);
});

async function deliver(body: string, id: string | undefined): Promise<Reply> {
  const mac = createHmac("sha256", "webhook-secret").update(body).digest("hex");
  const headers = { "X-Signature": mac, ...(id === undefined ? {} : { "X-Delivery-Id": id }) };
  return bookings.call("POST", "/webhooks/rooms", { raw: body, headers });
}

test("a captured webhook without a time stamp is answered from the first one, under whatever id it comes", async () => {
  await clear();
  const body = '{"number":"hook"}';
  const first = await deliver(body, "evt-1");
  expect(first.status).toBe(200);
  for (const id of ["evt-2", undefined, "evt-1"]) {
    const again = await deliver(body, id);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
  }
  expect(await bookings.count("app.room")).toBe(1);
  expect((await deliver('{"number":"hook2"}', "evt-2")).status).toBe(200);
});
