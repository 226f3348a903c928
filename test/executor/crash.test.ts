import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Housekeeping, startHousekeeping } from "./housekeeping.ts";
import { type Bookings, request, startBookings } from "./start-bookings.ts";
import { type ExecutorProcess, startProcess } from "./start-process.ts";
import { waitUntil } from "./wait-until.ts";

let bookings: Bookings;
let housekeeping: Housekeeping;
let running: ExecutorProcess;
let token: string;

beforeAll(async () => {
  housekeeping = await startHousekeeping();
  bookings = await startBookings({ housekeeping: housekeeping.url });
  token = await bookings.agent();
  running = await start();
});

afterAll(async () => {
  await running.end("SIGKILL");
  await bookings.stop();
  await housekeeping.stop();
});

async function start(): Promise<ExecutorProcess> {
  return startProcess(join(import.meta.dirname, "..", "..", "executor", "main.ts"), bookings.environment);
}

test("kill -9 between the writes and the commit leaves no half write, and the key can be used again", async () => {
  const { superuser } = bookings;
  // The second write of the transaction waits for a lock that the test holds: that is where the process dies.
  await superuser.query(`CREATE FUNCTION public.wait() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN IF NEW.number = ''second'' THEN PERFORM pg_advisory_xact_lock(7); END IF; RETURN NEW; END'`);
  await superuser.query(`CREATE TRIGGER wait AFTER INSERT ON app.room FOR EACH ROW EXECUTE FUNCTION public.wait()`);
  await superuser.query(`SELECT pg_advisory_lock(7)`);
  const call = request(`${running.url}/rooms/pairs`, "POST", { token, body: { first: "first", second: "second" } });
  const ended = call.then(
    () => "answered",
    () => "broken",
  );
  const waiting = `SELECT 1 FROM pg_stat_activity WHERE wait_event = 'advisory'`;
  await waitUntil(async () => (await superuser.query(waiting)).rowCount === 1);
  await running.end("SIGKILL");
  expect(await ended).toBe("broken");
  await superuser.query(`SELECT pg_advisory_unlock(7)`);
  await waitUntil(
    async () => (await superuser.query(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory'`)).rowCount === 0,
  );
  expect(await bookings.count("app.room")).toBe(0);
  expect(await bookings.count("lintel.audit_log WHERE kind = 'segment'")).toBe(0);
  running = await start();
  const again = await request(`${running.url}/rooms/pairs`, "POST", { token, body: { first: "1", second: "2" } });
  expect(again.status).toBe(200);
  expect(await bookings.count("app.room")).toBe(2);
  expect(await bookings.count("lintel.audit_log WHERE kind = 'segment'")).toBe(1);
});

test("kill -9 during an external call leaves its journal entry, and its key does not run the call again", async () => {
  housekeeping.answer("POST /v1/cleanings", "hang");
  const headers = { "Idempotency-Key": "crash-1" };
  const call = request(`${running.url}/rooms/orders`, "POST", { token, body: { number: "9" }, headers });
  const ended = call.catch(() => "broken");
  await waitUntil(() => Promise.resolve(housekeeping.received.length === 1));
  await running.end("SIGKILL");
  expect(await ended).toBe("broken");
  const { rows } = await bookings.superuser.query(`SELECT node, state FROM lintel.effects`);
  expect(rows).toEqual([{ node: "order", state: "started" }]);
  const lease = `SELECT 1 FROM lintel.idempotency_keys WHERE key = 'crash-1' AND lease_until = 'infinity'`;
  expect((await bookings.superuser.query(lease)).rowCount).toBe(1);
  expect(await bookings.count("app.room WHERE number = '9'")).toBe(0);
  running = await start();
  const again = await request(`${running.url}/rooms/orders`, "POST", { token, body: { number: "9" }, headers });
  expect(again.body).toMatchObject({ code: "idempotency-key-in-use" });
  expect(housekeeping.received).toHaveLength(1);
});

test("SIGTERM lets the call in flight end, refuses new ones, and the process exits with 0", async () => {
  const { superuser } = bookings;
  await superuser.query(`SELECT pg_advisory_lock(7)`);
  const call = request(`${running.url}/rooms/pairs`, "POST", { token, body: { first: "third", second: "second" } });
  const waiting = `SELECT 1 FROM pg_stat_activity WHERE wait_event = 'advisory'`;
  await waitUntil(async () => (await superuser.query(waiting)).rowCount === 1);
  process.kill(running.pid, "SIGTERM");
  await waitUntil(async () => {
    const late = await request(`${running.url}/rooms`, "GET", { token }).catch(() => ({ status: 0 }));
    return late.status === 0 || late.status === 503;
  });
  await superuser.query(`SELECT pg_advisory_unlock(7)`);
  const reply = await call;
  expect(reply.status).toBe(200);
  expect(await running.exited).toBe(0);
  expect(await bookings.count("app.room WHERE number = 'third'")).toBe(1);
});
