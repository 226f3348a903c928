import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { request } from "../executor/start-bookings.ts";
import type { ExecutorProcess } from "../executor/start-process.ts";
import { auditBooks, type BookRules } from "./books.ts";
import { callAll, type Granted, type Wish, wishes } from "./callers.ts";
import type { Way } from "./shop.ts";
import type { Shop } from "./start-shop.ts";

export interface CrashPlan {
  readonly wishes: readonly Wish[];
  readonly callers: number;
  /** Where the process that starts as the n-th (from 0) kills itself; undefined lets it live. */
  crashPoint(start: number): string | undefined;
  /** Instances side by side, each killed and started again on its own. */
  readonly instances?: number;
  readonly rules?: BookRules;
  /** Ends other faults, before the work that is left over is done. */
  readonly calm?: () => void;
}

export interface CrashReport {
  readonly granted: readonly Granted[];
  readonly kills: number;
  /** What the books say is wrong. */
  readonly wrong: readonly string[];
}

/** Has orders placed while executors kill themselves and come back, waits until the work left over is done, and audits the books. */
export async function runWithCrashes(shop: Shop, plan: CrashPlan): Promise<CrashReport> {
  const token = await shop.agent();
  const counter = { starts: 0, kills: 0 };
  const instances = Array.from({ length: plan.instances ?? 1 }, () => keepRunning(shop, plan, counter));
  const sweeping = sweepAlways(shop, instances);
  let turn = 0;
  const url = (): Promise<string> => {
    turn += 1;
    return (instances[turn % instances.length] as Instance).url();
  };
  try {
    const granted = await callAll(plan.wishes, { token, callers: plan.callers, url });
    await sweeping.stop();
    await Promise.all(instances.map((instance) => instance.stop()));
    plan.calm?.();
    await settle(shop);
    return { granted, kills: counter.kills, wrong: await auditBooks(shop, granted, plan.rules) };
  } finally {
    await sweeping.stop();
    await Promise.allSettled(instances.map((instance) => instance.stop()));
  }
}

interface Instance {
  /** Where it serves, now or once it is back. */
  url(): Promise<string>;
  stop(): Promise<void>;
}

function keepRunning(shop: Shop, plan: CrashPlan, counter: { starts: number; kills: number }): Instance {
  let isStopping = false;
  let current = start();
  function start(): Promise<ExecutorProcess> {
    const point = plan.crashPoint(counter.starts);
    counter.starts += 1;
    const starting = shop.start(point === undefined ? {} : { LINTEL_TEST_CRASH_POINT: point });
    void starting.then(({ exited }) => exited).then(succeed, () => undefined);
    return starting;
  }
  function succeed(code: number | string): void {
    if (code === "SIGKILL") counter.kills += 1;
    if (isStopping) return;
    // Alone, nobody else can hold a lease: time may pass.
    current = (plan.instances ?? 1) === 1 ? lapseLeases(shop).then(start) : start();
  }
  return {
    url: () => current.then(({ url }) => url),
    stop: async () => {
      isStopping = true;
      const running = await current.catch(() => undefined);
      await running?.end("SIGTERM");
    },
  };
}

/** Time passes for whoever held a lease and is dead. */
async function lapseLeases({ postgres }: Shop): Promise<void> {
  const past = `lease_until = clock_timestamp() - interval '1 second'`;
  await postgres.query(`UPDATE lintel.idempotency_keys SET ${past} WHERE state <> 'done' AND lease_until < 'infinity'`);
  // Twelve kills within one lease are not what the limit of take-ups is there for.
  await postgres.query(`UPDATE lintel.executions SET ${past}, stalled = 0 WHERE state NOT IN ('done', 'parked')`);
}

/** One run of the sweeper, as the scheduler asks for it. */
async function sweep(shop: Shop, url: string): Promise<void> {
  await request(`${url}/_lintel/sweep`, "POST", { token: await shop.scheduler() }).catch(() => undefined);
}

function sweepAlways(shop: Shop, instances: readonly Instance[]): { stop(): Promise<void> } {
  let isStopping = false;
  const loop = async (instance: Instance): Promise<void> => {
    while (!isStopping) {
      // An instance that is just dying answers nothing for long; the next round asks its successor.
      await Promise.race([instance.url().then((url) => sweep(shop, url)), setTimeout(2000)]);
      await setTimeout(300);
    }
  };
  const loops = Promise.all(instances.map(loop));
  return {
    stop: async () => {
      isStopping = true;
      await loops;
    },
  };
}

/** A healthy executor finishes what is left. */
async function settle(shop: Shop): Promise<void> {
  await lapseLeases(shop);
  const healthy = await shop.start();
  try {
    const deadline = Date.now() + 30_000;
    while (Date.now() < deadline && (await hasWorkLeft(shop))) {
      await passTime(shop);
      await sweep(shop, healthy.url);
      await setTimeout(200);
    }
  } finally {
    await healthy.end("SIGTERM");
  }
}

/** Time passes for effects that will be looked at again later: longer from now than any lease of who is at work. */
async function passTime({ postgres }: Shop): Promise<void> {
  await postgres.query(
    `UPDATE lintel.executions SET lease_until = clock_timestamp() WHERE state = 'settling' AND lease_until > clock_timestamp() + interval '25 seconds'`,
  );
}

async function hasWorkLeft({ postgres }: Shop): Promise<boolean> {
  const [row] = await postgres.query<{ left: string }>(
    `SELECT (SELECT count(*) FROM lintel.effects WHERE state = 'started') + (SELECT count(*) FROM lintel.executions WHERE state NOT IN ('done', 'parked')) AS left`,
  );
  return row?.left !== "0";
}

/** The names of all points that orders of these kinds pass. */
export async function pointsOf(shop: Shop, ways: readonly Way[]): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), "lintel-points-"));
  const file = join(folder, "points");
  const running = await shop.start({ LINTEL_TEST_POINTS: file });
  const token = await shop.agent();
  await callAll(wishes(ways, ways.length, "points"), { token, callers: 1, url: () => Promise.resolve(running.url) });
  await running.end("SIGTERM");
  const points = new Set((await readFile(file, "utf8")).trim().split("\n"));
  await rm(folder, { recursive: true });
  return [...points];
}
