import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bookings, startBookings } from "./start-bookings.ts";

let bookings: Bookings;
let agent: string;
let roomId: string;
let customerId: string;

beforeAll(async () => {
  bookings = await startBookings();
  agent = await bookings.agent();
  const rate = { amount: 9000, currency: "EUR" };
  const room = await bookings.call("POST", "/rooms", {
    token: agent,
    body: { number: "101", beds: 2, nightlyRate: rate },
  });
  roomId = String(room.body["id"]);
  customerId = await newCustomer("carla");
});

afterAll(async () => {
  await bookings.stop();
});

async function newCustomer(subject: string): Promise<string> {
  const body = { subject, name: subject, email: `${subject}@example.com` };
  const { status, body: created } = await bookings.call("POST", "/customers", { token: agent, body });
  expect(status).toBe(201);
  return String(created["id"]);
}

function stay(startsOn: string, endsOn: string, more: object = {}): object {
  return { customerId, roomId, startsOn, endsOn, ...more };
}

async function lastRecord(): Promise<Readonly<Record<string, unknown>>> {
  return (await bookings.executions()).at(-1) ?? {};
}

test("a booking is answered with just what the schema names, and recorded with what changed but no values", async () => {
  const { status, body, headers } = await bookings.call("POST", "/reservations", {
    token: await bookings.customer("carla"),
    body: stay("2031-05-01", "2031-05-04", { guestName: "Carla Secret" }),
  });
  expect(body).toEqual({
    id: expect.any(String) as string,
    status: "pending",
    nights: 3,
    total: { amount: 27_000, currency: "EUR" },
  });
  expect(status).toBe(201);
  const record = await lastRecord();
  expect(record).toMatchObject({ outcome: "succeeded", status: 201, caller_subject: "carla", error_code: null });
  expect(headers.get("lintel-execution")).toBe(record["execution_id"]);
  const text = `SELECT * FROM lintel.audit_log WHERE kind = 'segment' AND execution_id = $1`;
  const { rows } = await bookings.superuser.query<{ changes: unknown }>(text, [record["execution_id"]]);
  expect(rows).toHaveLength(1);
  expect(rows[0]?.changes).toEqual([
    {
      entity: "Reservation",
      id: body["id"],
      version: 1,
      action: "create",
      fields: expect.arrayContaining(["guestName", "total"]) as string[],
    },
  ]);
  expect(JSON.stringify([rows, record])).not.toContain("Secret");
});

test("step 1 refuses input that does not match the schema", async () => {
  const { status, body } = await bookings.call("POST", "/reservations", {
    token: agent,
    body: stay("yesterday", "2031-01-01"),
  });
  expect(body).toMatchObject({ code: "invalid-input", errors: [{ pointer: "/startsOn" }] });
  expect(status).toBe(422);
  expect(await lastRecord()).toMatchObject({
    outcome: "refused",
    error_code: "invalid-input",
    caller_subject: "agent-1",
  });
});

test("step 2 refuses a role that the tool does not name", async () => {
  const { status } = await bookings.call("GET", "/customers", { token: await bookings.customer("carla") });
  expect(status).toBe(403);
  expect(await lastRecord()).toMatchObject({ outcome: "refused", error_code: "role-missing" });
});

test("step 3 refuses what a policy denies", async () => {
  const { status, body } = await bookings.call("POST", "/reservations", {
    token: agent,
    body: stay("2001-01-01", "2001-01-02"),
  });
  expect(body).toMatchObject({
    code: "policy-denied",
    detail: "no-bookings-in-the-past: the stay would start in the past",
  });
  expect(status).toBe(403);
  expect(await lastRecord()).toMatchObject({ outcome: "refused", error_code: "policy-denied" });
});

test("step 4 fails when the database is away: 503 with Retry-After, and the service recovers by itself", async () => {
  await bookings.superuser.query(`ALTER ROLE "executor@project.iam" CONNECTION LIMIT 0`);
  const kill = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'executor@project.iam'`;
  await bookings.superuser.query(kill);
  const away = await bookings.call("GET", "/rooms", { token: agent });
  expect(away.body).toMatchObject({ code: "database-unavailable" });
  expect(away.status).toBe(503);
  expect(away.headers.get("retry-after")).toBe("5");
  expect(JSON.stringify(away.body)).not.toMatch(/executor|role|connection/iu);
  expect((await fetch(`${bookings.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${bookings.url}/healthz`)).status).toBe(200);
  await bookings.superuser.query(`ALTER ROLE "executor@project.iam" CONNECTION LIMIT -1`);
  expect((await bookings.call("GET", "/rooms", { token: agent })).status).toBe(200);
});

test("step 5 rolls back what was written when a later node fails", async () => {
  const before = await bookings.count("app.room");
  const { status, body } = await bookings.call("POST", "/rooms/pairs", {
    token: agent,
    body: { first: "A1", second: "A2", mayStay: false },
  });
  expect(body).toMatchObject({ code: "assertion-failed", detail: "the rooms may not stay" });
  expect(status).toBe(422);
  expect(await bookings.count("app.room")).toBe(before);
  expect(await lastRecord()).toMatchObject({ outcome: "refused", details: { node: "stays" } });
});

test("step 5 rolls back the first write when the second breaks a unique constraint, named as the specs do", async () => {
  const before = await bookings.count("app.room");
  const { status, body } = await bookings.call("POST", "/rooms/pairs", {
    token: agent,
    body: { first: "B1", second: "101" },
  });
  expect(body).toMatchObject({ code: "already-exists", detail: "a Room with the same number exists already" });
  expect(status).toBe(409);
  expect(JSON.stringify(body)).not.toMatch(/duplicate key|constraint|_key/u);
  expect(await bookings.count("app.room")).toBe(before);
});

test("step 6 refuses rows that break an invariant of their own, and of their relationships", async () => {
  const before = await bookings.count("app.reservation");
  const token = agent;
  const own = await bookings.call("POST", "/reservations", { token, body: stay("2031-08-02", "2031-08-02") });
  expect(own.body).toMatchObject({
    code: "invariant-violated",
    detail: "ends-after-start: end date must be after start date",
  });
  expect(await bookings.count("app.reservation")).toBe(before);
  const { body } = await bookings.call("POST", "/reservations", { token, body: stay("2031-08-01", "2031-08-02") });
  const related = await bookings.call("PATCH", `/reservations/${String(body["id"])}`, { token, body: { guests: 3 } });
  expect(related.body).toMatchObject({
    code: "invariant-violated",
    detail: "fits-the-room: the room has too few beds for this party",
  });
  expect(related.status).toBe(422);
  const { rows } = await bookings.superuser.query(`SELECT guests, version FROM app.reservation WHERE id = $1`, [
    body["id"],
  ]);
  expect(rows).toEqual([{ guests: "1", version: "1" }]);
});

test("step 7: a commit that fails leaves nothing but the record", async () => {
  const { superuser } = bookings;
  await superuser.query(`CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN RAISE EXCEPTION ''a secret of the driver''; END'`);
  await superuser.query(`CREATE CONSTRAINT TRIGGER late AFTER INSERT ON app.room DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION public.refuse()`);
  const before = await bookings.count("app.room");
  const { status, body } = await bookings.call("POST", "/rooms/pairs", {
    token: agent,
    body: { first: "C1", second: "C2" },
  });
  await superuser.query(`DROP TRIGGER late ON app.room`);
  expect(body).toMatchObject({ code: "internal-error" });
  expect(status).toBe(500);
  expect(JSON.stringify(body)).not.toContain("secret");
  expect(bookings.logs.join("")).not.toContain("a secret of the driver");
  expect(await bookings.count("app.room")).toBe(before);
  const record = await lastRecord();
  expect(record).toMatchObject({ outcome: "failed", error_code: "internal-error" });
  const { rows } = await superuser.query(`SELECT kind FROM lintel.audit_log WHERE execution_id = $1`, [
    record["execution_id"],
  ]);
  expect(rows).toEqual([{ kind: "execution" }]);
});

test("step 8: a change whose audit entry cannot be written is not committed", async () => {
  const { superuser } = bookings;
  await superuser.query(`CREATE TRIGGER full_disk BEFORE INSERT ON lintel.audit_log
    FOR EACH ROW WHEN (NEW.kind = 'segment') EXECUTE FUNCTION public.refuse()`);
  const before = await bookings.count("app.room");
  const { status } = await bookings.call("POST", "/rooms/pairs", { token: agent, body: { first: "D1", second: "D2" } });
  await superuser.query(`DROP TRIGGER full_disk ON lintel.audit_log`);
  expect(status).toBe(500);
  expect(await bookings.count("app.room")).toBe(before);
});

test("step 9: fields that the output schema does not name stay inside", async () => {
  const { status, body } = await bookings.call("POST", "/rooms/pairs", {
    token: agent,
    body: { first: "E1", second: "E2" },
  });
  expect(body).toEqual({ first: "E1", second: { number: "E2" } });
  expect(status).toBe(200);
});

test("step 9: an answer that does not match its schema is a 500 after the commit, and the record says so", async () => {
  const before = await bookings.count("app.room");
  const { status, body } = await bookings.call("POST", "/rooms/pairs", {
    token: agent,
    body: { first: "LONGER", second: "F2" },
  });
  expect(body).toMatchObject({ code: "output-mismatch" });
  expect(status).toBe(500);
  expect(await bookings.count("app.room")).toBe(before + 2);
  expect(await lastRecord()).toMatchObject({ outcome: "failed", status: 500, error_code: "output-mismatch" });
});

test("a status machine lets nobody skip a state, and a row moves along it once", async () => {
  const token = agent;
  const { body } = await bookings.call("POST", "/reservations", { token, body: stay("2032-01-01", "2032-01-02") });
  const path = `/reservations/${String(body["id"])}`;
  const early = await bookings.call("POST", `${path}/check-out`, { token, headers: { "Idempotency-Key": "early" } });
  expect(early.body).toMatchObject({
    code: "wrong-state",
    detail: "the Reservation is pending; transition needs confirmed",
  });
  expect(early.status).toBe(409);
  expect((await bookings.call("POST", `${path}/confirm`, { token })).body).toMatchObject({ status: "confirmed" });
  expect((await bookings.call("POST", `${path}/confirm`, { token })).status).toBe(409);
});

test("rows of other customers do not exist for a customer: not by id, not in lists, not to change", async () => {
  const token = agent;
  const { body } = await bookings.call("POST", "/reservations", { token, body: stay("2033-01-01", "2033-01-02") });
  await newCustomer("dora");
  const dora = await bookings.customer("dora");
  const path = `/reservations/${String(body["id"])}`;
  expect((await bookings.call("GET", path, { token: dora })).status).toBe(404);
  expect((await bookings.call("POST", `${path}/cancel`, { token: dora })).status).toBe(404);
  expect((await bookings.call("GET", `/customers/${customerId}`, { token: dora })).status).toBe(404);
  expect((await bookings.call("GET", "/reservations", { token: dora })).body).toEqual({ items: [], next: null });
  const stolen = await bookings.call("POST", "/reservations", { token: dora, body: stay("2033-02-01", "2033-02-02") });
  expect(stolen.status).toBe(403);
  expect(stolen.body).toMatchObject({ code: "not-owned" });
  expect((await bookings.call("GET", path, { token: await bookings.customer("carla") })).status).toBe(200);
});

test("a flow that only reads runs READ ONLY and quotes a price", async () => {
  const path = `/rooms/${roomId}/quote?startsOn=2031-01-01&endsOn=2031-01-09`;
  const { body } = await bookings.call("GET", path, { token: agent });
  expect(body).toEqual({ room: "101", nights: 8, total: { amount: 63_000, currency: "EUR" } });
});

test("every execution so far has one record", async () => {
  const { rows } = await bookings.superuser.query(
    `SELECT execution_id FROM lintel.audit_log WHERE kind = 'execution' GROUP BY 1 HAVING count(*) <> 1`,
  );
  expect(rows).toEqual([]);
});
