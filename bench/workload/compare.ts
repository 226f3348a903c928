import { plannedCalls } from "./calls.ts";
import { type ColdStart, measureColdStart } from "./cold-start.ts";
import { openStage, type Stage, type StageDatabase } from "./database.ts";
import {
  type Contestant,
  type Conversation,
  countConversation,
  type RoundResult,
  runRound,
  type Sizes,
  type Standing,
  standUp,
  verify,
} from "./measure.ts";
import { type PeerName, peerNames, peers } from "./peers.ts";
import { type Floor, runPgbench } from "./pgbench.ts";
import { type Ratios, ratiosOf } from "./ratios.ts";

export interface Comparison {
  readonly ratios: Ratios;
  readonly sizes: Sizes;
  readonly raw: Measured;
}

export interface Measured {
  /** One entry per round, in turn. */
  readonly rounds: Readonly<Partial<Record<PeerName, readonly RoundResult[]>>>;
  readonly conversations: Readonly<Partial<Record<PeerName, Conversation>>>;
  /** By number of callers, one entry per round. */
  readonly pgbench: Readonly<Record<number, readonly Floor[]>>;
  readonly coldStart: ColdStart | null;
  /** Why something was not measured. */
  readonly missing: Readonly<Record<string, string>>;
}

export interface CompareOptions {
  readonly sizes: Sizes;
  /** Names of peers, `pgbench`, `cold-start`. */
  readonly only: readonly string[];
  readonly scratch: string;
  readonly tell: (line: string) => void;
}

/** Runs everybody in turn, round after round. @throws when somebody loses an audit record, books twice or answers what is not due */
export async function compare(options: CompareOptions): Promise<Comparison> {
  const stage = await openStage();
  try {
    const raw = await measureAll(stage, options);
    return { ratios: ratiosOf(raw), sizes: options.sizes, raw };
  } finally {
    await stage.stop();
  }
}

/** Does one thing that was asked for; why it cannot be done is noted under its name. */
type Attempt = (name: string, work: () => void | Promise<void>) => Promise<void>;

async function measureAll(stage: Stage, options: CompareOptions): Promise<Measured> {
  const { sizes, only, tell } = options;
  const missing: Record<string, string> = {};
  const attempt: Attempt = async (name, work) => {
    if (!only.includes(name) || missing[name] !== undefined) return;
    try {
      tell(name);
      await work();
    } catch (error) {
      missing[name] = error instanceof Error ? error.message : String(error);
    }
  };
  const { contestants, conversations } = await prepareAll(stage, options.scratch, attempt);
  const floor = await stage.copy("pgbench");
  const rounds: Partial<Record<PeerName, RoundResult[]>> = {};
  const pgbench: Record<number, Floor[]> = {};
  const standing: Standing[] = [];
  try {
    for (const contestant of contestants) {
      await attempt(contestant.peer.name, async () => void standing.push(await standUp(contestant, sizes)));
    }
    for (let round = 1; round <= sizes.rounds; round += 1) {
      tell(`round ${String(round)} of ${String(sizes.rounds)}`);
      for (const one of standing) {
        const { name } = one.contestant.peer;
        await attempt(name, async () => void (rounds[name] ??= []).push(await runRound(one, sizes)));
      }
      await attempt("pgbench", () => runFloor(floor, sizes, pgbench));
    }
  } finally {
    await Promise.all(standing.map(({ server }) => server.stop()));
  }
  for (const contestant of contestants) if (missing[contestant.peer.name] === undefined) await verify(contestant);
  let coldStart: ColdStart | null = null;
  const own = contestants.find(({ peer }) => peer.name === "lintel");
  if (own !== undefined) {
    await attempt("cold-start", async () => {
      coldStart = await measureColdStart(own.peer, own.database, sizes.rounds * 4);
    });
  }
  return { rounds, conversations, pgbench, coldStart, missing };
}

interface Prepared {
  readonly contestants: readonly Contestant[];
  readonly conversations: Measured["conversations"];
}

async function prepareAll(stage: Stage, scratch: string, attempt: Attempt): Promise<Prepared> {
  const contestants: Contestant[] = [];
  const conversations: Partial<Record<PeerName, Conversation>> = {};
  for (const name of peerNames) {
    await attempt(name, async () => {
      const peer = await peers[name](stage, scratch);
      const database = await stage.copy(name);
      const contestant = { peer, database, calls: plannedCalls(stage.tokens), made: 0 };
      conversations[name] = await countConversation(stage, contestant);
      contestants.push(contestant);
    });
  }
  return { contestants, conversations };
}

/** Adds a round of pgbench; stays of earlier rounds are counted from what it has run so far. */
function runFloor(database: StageDatabase, { counts }: Sizes, pgbench: Record<number, Floor[]>): void {
  for (const [key, count] of Object.entries(counts)) {
    const callers = Number(key);
    const slotsBefore = Object.values(pgbench).flat().length * (Math.max(...Object.values(counts)) + 6);
    (pgbench[callers] ??= []).push(runPgbench(database, { callers, count, slotsBefore }));
  }
}
