import { setTimeout } from "node:timers/promises";
import { type plannedCalls } from "./calls.ts";
import { startCountingProxy } from "./counting-proxy.ts";
import type { Stage, StageDatabase } from "./database.ts";
import { type Driven, drive } from "./drive.ts";
import type { Peer } from "./peers.ts";
import { cpuSeconds, residentMemory, type ServerProcess, startServerProcess } from "./server-process.ts";

export interface Sizes {
  readonly rounds: number;
  readonly warmUp: number;
  /** Calls by number of callers. */
  readonly counts: Readonly<Record<number, number>>;
}

/** Milliseconds, calls a second, CPU seconds of the server's process per 1,000 calls. */
export interface LevelResult {
  readonly callers: number;
  readonly p50: number;
  readonly p95: number;
  readonly validP50: number;
  readonly perSecond: number;
  readonly cpuPer1000: number;
}

/** What one server did in one round; memory in MiB. */
export interface RoundResult {
  readonly levels: readonly LevelResult[];
  readonly memoryAtRest: number;
  readonly memoryAfter: number;
  readonly startedIn: number;
}

/** A peer with a database that is its own, through all rounds. */
export interface Contestant {
  readonly peer: Peer;
  readonly database: StageDatabase;
  readonly calls: ReturnType<typeof plannedCalls>;
  /** Calls made so far. */
  made: number;
}

/** A server that is up and warm, and waits for its turns. */
export interface Standing {
  readonly contestant: Contestant;
  readonly server: ServerProcess;
  /** MiB */
  readonly memoryAtRest: number;
}

/** Starts the server and warms it up. */
export async function standUp(contestant: Contestant, sizes: Sizes): Promise<Standing> {
  const server = await startServerProcess(contestant.peer.programOn(contestant.database));
  try {
    await setTimeout(1000);
    const memoryAtRest = residentMemory(server.pid);
    await load(server, contestant, 8, sizes.warmUp);
    return { contestant, server, memoryAtRest };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Takes the server through every number of callers, once: short, so that what else the machine does meets everybody alike. */
export async function runRound({ contestant, server, memoryAtRest }: Standing, sizes: Sizes): Promise<RoundResult> {
  const levels: LevelResult[] = [];
  for (const [callers, count] of Object.entries(sizes.counts)) {
    levels.push(await level(server, contestant, Number(callers), count));
  }
  return { levels, memoryAtRest, memoryAfter: residentMemory(server.pid), startedIn: server.startedIn };
}

async function level(
  server: ServerProcess,
  contestant: Contestant,
  callers: number,
  count: number,
): Promise<LevelResult> {
  const before = cpuSeconds(server.pid);
  const driven = await load(server, contestant, callers, count);
  const cpu = cpuSeconds(server.pid) - before;
  return {
    callers,
    p50: quantile(driven.times, 0.5),
    p95: quantile(driven.times, 0.95),
    validP50: quantile(driven.validTimes, 0.5),
    perSecond: count / driven.seconds,
    cpuPer1000: (cpu / count) * 1000,
  };
}

async function load({ url }: ServerProcess, contestant: Contestant, callers: number, count: number): Promise<Driven> {
  contestant.made += count;
  return drive({ url, dialect: contestant.peer.dialect, callers, count, calls: contestant.calls });
}

/** Per call, over whole turns of the mix. */
export interface Conversation {
  readonly statements: number;
  readonly roundTrips: number;
}

/** What a server says to PostgreSQL, counted by a proxy between the two; one caller, connections open before it counts. */
export async function countConversation(stage: Stage, contestant: Contestant): Promise<Conversation> {
  const count = 200;
  const proxy = await startCountingProxy(stage.port);
  try {
    const server = await startServerProcess(contestant.peer.programOn(contestant.database, proxy.port));
    try {
      await load(server, contestant, 1, 20);
      const before = proxy.counted();
      await load(server, contestant, 1, count);
      const after = proxy.counted();
      return {
        statements: (after.statements - before.statements) / count,
        roundTrips: (after.roundTrips - before.roundTrips) / count,
      };
    } finally {
      await server.stop();
    }
  } finally {
    proxy.close();
  }
}

/** Audit rows are as many as calls, and no room is booked twice at a time. @throws what is wrong */
export async function verify({ peer, database, made }: Contestant): Promise<void> {
  const [audit] = await database.query(
    `SELECT (SELECT count(*) FROM lintel.audit_log WHERE kind = 'execution')::int
          + (SELECT coalesce(sum(count), 0) FROM lintel.refusals)::int AS count`,
  );
  if (audit?.["count"] !== made) {
    throw new Error(`${peer.name} made ${String(audit?.["count"])} audit records for ${String(made)} calls`);
  }
  const [overlaps] = await database.query(
    `SELECT count(*)::int AS count FROM app.reservation a JOIN app.reservation b
       ON a.room_id = b.room_id AND a.id < b.id AND a.starts_on < b.ends_on AND b.starts_on < a.ends_on`,
  );
  if (overlaps?.["count"] !== 0) throw new Error(`${peer.name} booked rooms twice`);
}

export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(numbers: readonly number[]): number {
  return quantile(
    numbers.toSorted((one, other) => one - other),
    0.5,
  );
}
