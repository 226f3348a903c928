// What is answered and what stands when the link to PostgreSQL breaks behind a COMMIT that was sent.
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLogger, readSettings, startServer } from "../../executor/index.ts";
import { type CommitProxy, startCommitProxy } from "./commit-proxy.ts";
import { type Bookings, type Reply, request, startBookings } from "./start-bookings.ts";

let bookings: Bookings;
let proxy: CommitProxy;
let server: Awaited<ReturnType<typeof startServer>>;
let token: string;

beforeAll(async () => {
  bookings = await startBookings();
  proxy = await startCommitProxy(bookings.superuser.port);
  const database = new URL(bookings.environment["LINTEL_DATABASE_URL"] ?? "");
  database.port = String(proxy.port);
  server = await startServer({
    settings: readSettings({ ...bookings.environment, LINTEL_DATABASE_URL: database.href }),
    log: createLogger("silent"),
    defaultBundleUrl: "",
    host: "127.0.0.1",
  });
  token = await bookings.agent();
});

afterAll(async () => {
  await server.drain();
  proxy.close();
  await bookings.stop();
});

async function open(number: string, key?: string): Promise<Reply> {
  return request(`http://127.0.0.1:${String(server.port)}/rooms`, "POST", {
    token,
    body: { number, beds: 1, nightlyRate: { amount: 100, currency: "EUR" } },
    ...(key === undefined ? {} : { headers: { "Idempotency-Key": key } }),
  });
}

async function recordsOf({ headers }: Reply): Promise<readonly unknown[]> {
  const { rows } = await bookings.superuser.query(
    `SELECT kind, outcome, status, error_code FROM lintel.audit_log WHERE execution_id = $1 ORDER BY id`,
    [headers.get("lintel-execution")],
  );
  return rows as unknown[];
}

const committed = [
  { kind: "segment", outcome: "committed", status: null, error_code: null },
  { kind: "execution", outcome: "succeeded", status: 201, error_code: null },
];

test("a call has one commit, with its change, its segment's entry and its own record", async () => {
  const reply = await open("1");
  expect(reply.status).toBe(201);
  expect(await recordsOf(reply)).toEqual(committed);
  const { rows } = await bookings.superuser.query(
    `SELECT count(DISTINCT r.xmin::text)::int AS commits FROM (
       SELECT xmin FROM lintel.audit_log WHERE execution_id = $1 UNION ALL SELECT xmin FROM app.room WHERE number = '1'
     ) r`,
    [reply.headers.get("lintel-execution")],
  );
  expect(rows).toEqual([{ commits: 1 }]);
});

test("a change that was committed is answered as such, although the answer to its COMMIT is lost", async () => {
  proxy.loseAnswer();
  const reply = await open("2", "lost");
  expect(reply.status).toBe(201);
  expect(await bookings.count("app.room WHERE number = '2'")).toBe(1);
  expect(await recordsOf(reply)).toEqual(committed);
  const again = await open("2", "lost");
  expect(again.body).toEqual(reply.body);
});

test("a change whose COMMIT comes after the failure was recorded is refused", async () => {
  proxy.holdBack();
  const reply = await open("3");
  expect(reply.body).toMatchObject({ code: "database-unavailable" });
  expect(reply.headers.get("retry-after")).toBe("5");
  expect(await proxy.release()).toBe("ROLLBACK");
  expect(await bookings.count("app.room WHERE number = '3'")).toBe(0);
  expect(await recordsOf(reply)).toEqual([
    { kind: "execution", outcome: "failed", status: 503, error_code: "database-unavailable" },
  ]);
  expect((await open("3")).status).toBe(201);
});

test("while the database cannot tell, the outcome is unknown, nothing is recorded, and the key tells it later", async () => {
  proxy.loseAnswer();
  proxy.block();
  const reply = await open("4", "unknown");
  proxy.unblock();
  expect(reply.body).toMatchObject({ code: "outcome-unknown" });
  expect(reply.status).toBe(503);
  expect(reply.headers.get("retry-after")).toBe("5");
  expect(await recordsOf(reply)).toEqual(committed);
  const again = await open("4", "unknown");
  expect(again.status).toBe(201);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect(await bookings.count("app.room WHERE number = '4'")).toBe(1);
});
