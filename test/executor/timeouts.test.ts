// Every wait has an end: the value that is in force, and what a caller is told when it is reached.
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Housekeeping, startHousekeeping } from "./housekeeping.ts";
import { type Bookings, type Reply, startBookings } from "./start-bookings.ts";
import { waitUntil } from "./wait-until.ts";

let bookings: Bookings;
let housekeeping: Housekeeping;
let token: string;

/** Reads at another service while its transaction is open. */
const lingering = `
apiVersion: lintel/v1
kind: Tool
name: linger
trigger: { http: { method: POST, path: /linger } }
authorize: { roles: [agent] }
input: { type: object, additionalProperties: false, properties: {} }
output: { type: object, properties: {} }
flow:
  - id: all
    type: transaction
    nodes:
      - { id: room, type: write, action: create, entity: Room, values: { number: linger, beds: 1, nightlyRate: '\${money(100, "EUR")}' } }
      - { id: ask, type: http, after: [room], provider: housekeeping, method: GET, url: /slow, timeout: 30s }
respond: {}
`;

beforeAll(async () => {
  housekeeping = await startHousekeeping();
  bookings = await startBookings({
    housekeeping: housekeeping.url,
    limits: "{ executionTime: 2s }",
    files: { "tools/linger.yaml": lingering },
  });
  token = await bookings.agent();
});

afterAll(async () => {
  await bookings.stop();
  await housekeeping.stop();
});

const room = (number: string): Promise<Reply> =>
  bookings.call("POST", "/rooms", {
    token,
    body: { number, beds: 1, nightlyRate: { amount: 100, currency: "EUR" } },
  });

async function sleepsOnInsert(seconds: number): Promise<void> {
  await bookings.superuser.query(
    `CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(${String(seconds)}); RETURN NEW; END'`,
  );
  await bookings.superuser.query(
    "CREATE TRIGGER slow BEFORE INSERT ON app.room FOR EACH ROW EXECUTE FUNCTION public.slow()",
  );
}

test("a statement that takes longer than an execution may is ended, nothing is written, and the caller is told", async () => {
  await sleepsOnInsert(20);
  const reply = await room("slow");
  await bookings.superuser.query("DROP FUNCTION public.slow() CASCADE");
  expect([reply.status, reply.body["code"]]).toEqual([504, "execution-timeout"]);
  expect(await bookings.count("app.room")).toBe(0);
  expect((await bookings.executions()).at(-1)).toMatchObject({ outcome: "failed", error_code: "execution-timeout" });
});

test("a row that somebody else holds is not waited for without end", async () => {
  const id = String((await room("held")).body["id"]);
  const holder = await bookings.database.connect("superuser");
  await holder.query("BEGIN");
  await holder.query("SELECT 1 FROM app.room WHERE id = $1 FOR UPDATE", [id]);
  const reply = await bookings.call("PATCH", `/rooms/${id}`, { token, body: { beds: 2 } });
  await holder.query("ROLLBACK");
  expect([reply.status, reply.body["code"]]).toEqual([409, "write-contention"]);
  expect(reply.headers.get("retry-after")).toBe("1");
  expect((await bookings.call("PATCH", `/rooms/${id}`, { token, body: { beds: 2 } })).status).toBe(200);
});

test("a transaction whose process stands still is ended by the database, and leaves neither rows nor locks", async () => {
  housekeeping.answer("GET /v1/slow", "hang");
  const before = await bookings.count("app.room");
  const call = bookings.call("POST", "/linger", { token, body: {} });
  await waitUntil(() => Promise.resolve(housekeeping.received.some(({ url }) => url.startsWith("/v1/slow"))));
  const until = Date.now() + 2500;
  // The process cannot even notice that its time is over.
  while (Date.now() < until) Math.sqrt(until);
  const reply = await call;
  // Whichever of the two it notices first.
  expect(reply.status).toBe(504);
  expect(["execution-timeout", "external-call-timeout"]).toContain(reply.body["code"]);
  expect(await bookings.count("app.room")).toBe(before);
  // idle_in_transaction_session_timeout
  await waitUntil(() => Promise.resolve(bookings.logs.some((line) => line.includes("25P03"))));
  const { rows } = await bookings.superuser.query(
    "SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'lintel%' AND state LIKE 'idle in transaction%'",
  );
  expect(rows).toEqual([]);
  // The connection that was lost is replaced.
  await setTimeout(50);
  expect((await room("after")).status).toBe(201);
});
