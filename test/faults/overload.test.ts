import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Reply, request } from "../executor/start-bookings.ts";
import type { ExecutorProcess } from "../executor/start-process.ts";
import { waitUntil } from "../executor/wait-until.ts";
import { auditBooks } from "./books.ts";
import { callAll, type Granted, type Wish, wishes } from "./callers.ts";
import { isLong, report } from "./form.ts";
import { type Shop, startShop } from "./start-shop.ts";

let shop: Shop;
let executor: ExecutorProcess;
let token: string;
/** Every order so far: the books of all tests are one. */
const orders: Granted[] = [];

/** Connections of one executor's pool. */
const poolSize = 16;
const timeouts = { LINTEL_HEADERS_TIMEOUT: "2000", LINTEL_REQUEST_TIMEOUT: "12000", LINTEL_KEEP_ALIVE_TIMEOUT: "2000" };

beforeAll(async () => {
  shop = await startShop({ executionTime: "9s" });
  executor = await shop.start(timeouts);
  token = await shop.agent();
});

afterAll(async () => {
  await executor.end("SIGKILL");
  await shop.stop();
});

const url = (): Promise<string> => Promise.resolve(executor.url);

function place({ way, reference }: Wish, base = executor.url): Promise<Reply> {
  const headers = { "Idempotency-Key": reference };
  return request(`${base}/${way}`, "POST", { token, body: { reference }, headers });
}

async function grantAll(wanted: readonly Wish[], callers = 8): Promise<void> {
  orders.push(...(await callAll(wanted, { token, callers, url })));
  expect(await auditBooks(shop, orders)).toEqual([]);
}

test("calls that find all connections taken wait for a while, are told when to come back, and are served afterwards", async () => {
  const holder = await shop.postgres.connect();
  await holder.query(`BEGIN; LOCK TABLE app."order" IN ACCESS EXCLUSIVE MODE`);
  const first = wishes(["place-order"], poolSize, "holding");
  const waiting = `SELECT 1 FROM pg_stat_activity WHERE application_name = 'lintel-executor' AND wait_event_type = 'Lock'`;
  const held = first.map((wish) => place(wish));
  // Not by the holder, to whom time stands still within its transaction.
  await waitUntil(async () => (await shop.postgres.query(waiting)).length === poolSize);
  const late = wishes(["place-order"], 8, "late");
  const refused = await Promise.all(late.map((wish) => place(wish)));
  for (const { status, headers, body } of refused) {
    expect({ status, code: body["code"] }).toEqual({ status: 503, code: "database-unavailable" });
    expect(headers.get("retry-after")).toMatch(/^\d+$/u);
  }
  await holder.query("COMMIT");
  await holder.end();
  await Promise.all(held);
  await grantAll([...first, ...late]);
}, 60_000);

test.each(["pessimistic", "serializable"])(
  "%s calls that lock the same rows in opposite order are carried out, or told of the contention",
  async (concurrency) => {
    const create = (name: string): Promise<Reply> =>
      request(`${executor.url}/items`, "POST", { token, body: { name: `${concurrency}-${name}` } });
    const [a, b] = (await Promise.all([create("a"), create("b")])).map(({ body }) => body["id"]);
    const count = isLong ? 100 : 24;
    const tools = [`take-${concurrency}`, `take-${concurrency}-back`];
    const replies: Reply[] = [];
    const caller = async (start: number): Promise<void> => {
      for (let index = start; index < count; index += 8) {
        const tool = tools[index % 2] ?? "";
        replies.push(await request(`${executor.url}/${tool}`, "POST", { token, body: { a, b } }));
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, start) => caller(start)));
    const taken = replies.filter(({ status }) => status === 200).length;
    const others = replies.filter(({ status }) => status !== 200);
    for (const { status, body } of others) {
      expect({ status, code: body["code"] }).toEqual({ status: 409, code: "write-contention" });
    }
    const rows = await shop.postgres.query<{ stock: string }>(`SELECT stock FROM app.item WHERE id IN ($1, $2)`, [
      a,
      b,
    ]);
    expect(rows.map(({ stock }) => 1_000_000 - Number(stock))).toEqual([taken, taken]);
    expect(taken).toBeGreaterThan(0);
    report(`opposite locks, ${concurrency}`, { calls: count, carriedOut: taken, contention: others.length });
  },
  300_000,
);

/** A client that sends this and then nothing; its socket, and when that is closed. */
function slow(sent: string): { readonly socket: Socket; readonly closed: Promise<void> } {
  const { port } = new URL(executor.url);
  const socket = connect(Number(port), "127.0.0.1", () => socket.write(sent));
  socket.on("error", () => undefined);
  socket.resume();
  return { socket, closed: new Promise((resolve) => socket.once("close", () => resolve())) };
}

test("slow and idle clients in hundreds keep nobody from being served, and are let go", async () => {
  const bodyless = `POST /place-order HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{`;
  // More slow bodies than an instance takes calls.
  const kinds = [
    { sent: "", count: 50 },
    { sent: "GET /orders HTTP/1.1\r\nHost: x\r\nX-Slow: ", count: 100 },
    { sent: bodyless, count: 300 },
    { sent: "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", count: 50 },
  ];
  const clients = kinds.flatMap(({ sent, count }) => Array.from({ length: count }, () => slow(sent)));
  await grantAll(wishes(["place-order"], 24, "beside"));
  // Nobody had to wait for the slow ones' time to end.
  expect(clients.filter(({ socket }) => !socket.closed).length).toBeGreaterThan(100);
  await Promise.all(clients.map(({ closed }) => closed));
  const reply = await place({ way: "place-order", reference: "beside-0" });
  expect(reply.headers.get("idempotent-replayed")).toBe("true");
}, 60_000);

test("SIGTERM under load: each call is answered, or was never taken; the process ends with 0 within ten seconds", async () => {
  const rounds = isLong ? 10 : 1;
  for (let round = 0; round < rounds; round += 1) {
    const leaving = await shop.start(timeouts);
    const wanted = wishes(["place-order"], 400, `leaving${String(round)}`);
    const answered = new Map<string, Reply | undefined>();
    const queue = [...wanted];
    const caller = async (): Promise<void> => {
      for (let wish = queue.shift(); wish !== undefined; wish = queue.shift()) {
        answered.set(wish.reference, await place(wish, leaving.url).catch(() => undefined));
        // What follows would find nobody either.
        if (answered.get(wish.reference) === undefined) return;
      }
    };
    const calls = Promise.all(Array.from({ length: 8 }, caller));
    await waitUntil(() => Promise.resolve(answered.size > 20));
    const asked = Date.now();
    process.kill(leaving.pid, "SIGTERM");
    expect(await leaving.exited).toBe(0);
    expect(Date.now() - asked).toBeLessThan(10_000);
    await calls;
    const unanswered = [...answered].filter(([, reply]) => reply === undefined || reply.status === 503);
    const stored = await shop.postgres.query<{ reference: string }>(`SELECT reference FROM app."order"`);
    const taken = new Set(stored.map(({ reference }) => reference));
    expect(unanswered.filter(([reference]) => taken.has(reference))).toEqual([]);
    expect([...answered.values()].filter((reply) => reply !== undefined && ![200, 503].includes(reply.status))).toEqual(
      [],
    );
    report("SIGTERM under load", { answered: answered.size - unanswered.length, refused: unanswered.length });
    await grantAll(wanted.filter(({ reference }) => answered.has(reference)));
  }
}, 300_000);
