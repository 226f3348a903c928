import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { request } from "../executor/start-bookings.ts";
import type { ExecutorProcess } from "../executor/start-process.ts";
import { auditBooks } from "./books.ts";
import { callAll, type Granted, wishes } from "./callers.ts";
import { isLong, report } from "./form.ts";
import type { FaultyPostgres } from "./postgres.ts";
import { type Shop, startShop } from "./start-shop.ts";

let shop: Shop;
let executor: ExecutorProcess;
let token: string;
const orders: Granted[] = [];

beforeAll(async () => {
  shop = await startShop({ executionTime: "2s" });
  executor = await shop.start();
  token = await shop.agent();
});

afterAll(async () => {
  await executor.end("SIGKILL");
  await shop.stop();
});

/** A fault of the database's, and its end. */
type Fault = (postgres: FaultyPostgres) => Promise<void>;

const killBackend: Fault = async (postgres) => {
  const backends = await postgres.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE application_name = 'lintel-executor'`,
  );
  const victim = backends[Math.floor(Math.random() * backends.length)];
  // PostgreSQL takes one backend's crash for all of them: every connection ends, this one too.
  const witness = await postgres.connect();
  const ended = new Promise((resolve) => witness.once("end", resolve));
  if (victim !== undefined) process.kill(victim.pid, "SIGKILL");
  await ended;
  await postgres.query("SELECT 1");
};

const stopAtOnce: Fault = async (postgres) => {
  await postgres.crash();
  await setTimeout(500);
  await postgres.start();
};

/** Orders of eight callers while the fault comes again and again; the milliseconds from the end of each fault to the next order. */
async function withFaults(fault: Fault, faults: number): Promise<{ granted: readonly Granted[]; away: number[] }> {
  let isOver = false;
  const away: number[] = [];
  const disturb = async (): Promise<void> => {
    for (let round = 0; round < faults; round += 1) {
      await setTimeout(700);
      await fault(shop.postgres);
      const since = Date.now();
      await untilServed();
      away.push(Date.now() - since);
    }
    isOver = true;
  };
  const granted: Granted[] = [];
  const load = async (): Promise<void> => {
    for (let round = 0; !isOver; round += 1) {
      const wanted = wishes(["place-order"], 40, `${fault.name}${String(round)}`);
      granted.push(...(await callAll(wanted, { token, callers: 8, url: () => Promise.resolve(executor.url) })));
    }
  };
  await Promise.all([disturb(), load()]);
  return { granted, away };
}

async function untilServed(): Promise<void> {
  for (;;) {
    const { status } = await request(`${executor.url}/orders`, "GET", { token });
    if (status === 200) return;
    expect(status).toBe(503);
    await setTimeout(50);
  }
}

describe("PostgreSQL", () => {
  test.each([
    ["loses a backend to kill -9", killBackend],
    ["is stopped at once and started again", stopAtOnce],
  ])(
    "%s under load: the executor lives, says 503 and when to come back, and loses no order",
    async (name, fault) => {
      const { granted, away } = await withFaults(fault, isLong ? 20 : 2);
      const turnedAway = new Set(granted.flatMap((wish) => wish.turnedAway));
      expect(
        [...turnedAway].filter((answer) => !/^(503 (database-unavailable|outcome-unknown)|409 [a-z-]+)$/u.test(answer)),
      ).toEqual([]);
      expect([...turnedAway].some((answer) => answer.startsWith("503 "))).toBe(true);
      expect(granted.filter(({ reply }) => reply.status !== 200)).toEqual([]);
      orders.push(...granted);
      expect(await auditBooks(shop, orders)).toEqual([]);
      expect(Math.max(...away)).toBeLessThan(5000);
      expect(() => process.kill(executor.pid, 0)).not.toThrow();
      report(`PostgreSQL ${name}`, {
        orders: granted.length,
        faults: away.length,
        millisecondsAway: away.toSorted((a, b) => b - a)[0],
      });
    },
    900_000,
  );
});
