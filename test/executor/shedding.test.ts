import { connect } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openPool } from "../../executor/connection/open-pool.ts";
import { createLogger, type RunningServer, readSettings, startServer } from "../../executor/index.ts";
import { type Housekeeping, startHousekeeping } from "./housekeeping.ts";
import { type Bookings, type Reply, request, startBookings } from "./start-bookings.ts";
import { waitUntil } from "./wait-until.ts";

let bookings: Bookings;
let housekeeping: Housekeeping;
let token: string;

beforeAll(async () => {
  housekeeping = await startHousekeeping();
  bookings = await startBookings({ housekeeping: housekeeping.url });
  token = await bookings.agent();
});

afterAll(async () => {
  await bookings.stop();
  await housekeeping.stop();
});

beforeEach(() => {
  housekeeping.received.length = 0;
  housekeeping.answer("GET /v1/staff", { status: 200, body: { count: 1 } });
  housekeeping.answer("GET /v1/weather", { status: 200, body: { sky: "blue" } });
});

interface Busy {
  readonly server: RunningServer;
  readonly lines: readonly string[];
  get(path: string, more?: Readonly<Record<string, string>>): Promise<Reply>;
}

async function withServer(
  limits: Readonly<Record<string, string>>,
  body: (busy: Busy) => Promise<void>,
): Promise<void> {
  const lines: string[] = [];
  const log = createLogger("info", { write: (line: string) => void lines.push(line) });
  const settings = readSettings({ ...bookings.environment, ...limits });
  const server = await startServer({ settings, log, defaultBundleUrl: "", host: "127.0.0.1" });
  const url = `http://127.0.0.1:${String(server.port)}`;
  try {
    await body({ server, lines, get: (path, headers = {}) => request(`${url}${path}`, "GET", { token, headers }) });
  } finally {
    await server.drain();
  }
}

/** Calls that stay in flight until their provider's timeout has passed. */
async function occupy(busy: Busy, count: number): Promise<readonly Promise<Reply>[]> {
  housekeeping.answer("GET /v1/staff", "hang");
  const calls = Array.from({ length: count }, () => busy.get("/housekeeping"));
  await waitUntil(() =>
    Promise.resolve(housekeeping.received.filter(({ url }) => url.startsWith("/v1/staff")).length >= count),
  );
  return calls;
}

/** How many calls the warnings in the log count. */
function refusedIn(lines: readonly string[]): number {
  return lines
    .map((line) => JSON.parse(line) as { readonly severity: string; readonly refused?: number })
    .filter(({ severity }) => severity === "WARNING")
    .reduce((sum, { refused = 0 }) => sum + refused, 0);
}

test("beyond the ceiling calls are turned away at once and unrecorded, probes are not, and afterwards all is as before", async () => {
  await withServer({ LINTEL_MAX_IN_FLIGHT: "2" }, async (busy) => {
    const before = (await bookings.executions()).length;
    const calls = await occupy(busy, 2);
    const refused = await busy.get("/rooms");
    expect(refused.status).toBe(503);
    expect(refused.body).toMatchObject({ code: "overloaded", type: "urn:lintel:problem:overloaded" });
    expect(refused.headers.get("retry-after")).toBe("1");
    expect((await busy.get("/nowhere")).status).toBe(503);
    for (const probe of ["/healthz", "/readyz", "/startupz"]) expect((await busy.get(probe)).status).toBe(200);
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([504, 504]);
    expect((await busy.get("/rooms")).status).toBe(200);
    expect(await bookings.executions()).toHaveLength(before + 3);
    await waitUntil(() => Promise.resolve(refusedIn(busy.lines) === 2));
  });
});

test("a client that hangs up does not make room for another while its call still runs", async () => {
  await withServer({ LINTEL_MAX_IN_FLIGHT: "1" }, async (busy) => {
    housekeeping.answer("GET /v1/staff", "hang");
    const socket = connect(busy.server.port, "127.0.0.1");
    socket.write(`GET /housekeeping HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`);
    await waitUntil(() => Promise.resolve(housekeeping.received.some(({ url }) => url.startsWith("/v1/staff"))));
    socket.destroy();
    expect((await busy.get("/rooms")).status).toBe(503);
    await waitUntil(async () => (await busy.get("/rooms")).status === 200);
  });
});

test("a client that hangs up in the middle of its body leaves its place", async () => {
  await withServer({ LINTEL_MAX_IN_FLIGHT: "1" }, async (busy) => {
    const socket = connect(busy.server.port, "127.0.0.1");
    socket.write("POST /rooms HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
    await waitUntil(async () => (await busy.get("/rooms")).status === 503);
    socket.destroy();
    await waitUntil(async () => (await busy.get("/rooms")).status === 200);
  });
});

test("a process whose event loop is late takes no more calls while it is busy, and says so", async () => {
  await withServer({ LINTEL_MAX_EVENT_LOOP_DELAY: "50" }, async (busy) => {
    const calls = await occupy(busy, 8);
    const until = Date.now() + 1500;
    // The event loop stands still, as under calls that compute.
    while (Date.now() < until) Math.sqrt(until);
    await waitUntil(async () => (await busy.get("/rooms")).status === 503);
    expect((await busy.get("/healthz")).status).toBe(200);
    await Promise.all(calls);
    await waitUntil(async () => (await busy.get("/rooms")).status === 200);
  });
});

async function answersOf(port: number, ...sent: readonly string[]): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  for (const part of sent) socket.write(part);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

test("clients that send slowly, or nothing, are let go", async () => {
  const limits = { LINTEL_HEADERS_TIMEOUT: "200", LINTEL_REQUEST_TIMEOUT: "400", LINTEL_KEEP_ALIVE_TIMEOUT: "200" };
  await withServer(limits, async ({ server: { port } }) => {
    const [headers, body, idle] = await Promise.all([
      answersOf(port, "GET /rooms HTTP/1.1\r\nHost: x\r\nX-Slow: "),
      answersOf(
        port,
        "POST /rooms HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{",
      ),
      answersOf(port, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"),
    ]);
    for (const late of [headers, body]) {
      expect(late).toMatch(/^HTTP\/1.1 408 /u);
      expect(late).toContain('"code":"request-timeout"');
    }
    expect(idle).toMatch(/^HTTP\/1.1 200 /u);
  });
});

test("a limit that is none does not start", () => {
  const read = (more: Readonly<Record<string, string>>) => () => readSettings({ ...bookings.environment, ...more });
  expect(read({ LINTEL_MAX_IN_FLIGHT: "0" })).toThrow('LINTEL_MAX_IN_FLIGHT is "0"; set a whole number above 0');
  expect(read({ LINTEL_HEADERS_TIMEOUT: "40000" })).toThrow("longer than LINTEL_REQUEST_TIMEOUT");
});

test("a connection to the database waits for nothing without end: statements, locks, and transactions that idle", async () => {
  const pool = openPool(readSettings(bookings.environment).database, {
    size: 1,
    statementTimeout: 30_000,
    onError: () => undefined,
  });
  const show = async (name: string): Promise<unknown> =>
    Object.values((await pool.query<Record<string, string>>(`SHOW ${name}`)).rows[0] ?? {})[0];
  try {
    expect(await show("statement_timeout")).toBe("30s");
    expect(await show("lock_timeout")).toBe("10s");
    expect(await show("idle_in_transaction_session_timeout")).toBe("30s");
    expect(await show("default_transaction_read_only")).toBe("on");
  } finally {
    await pool.end();
  }
});
