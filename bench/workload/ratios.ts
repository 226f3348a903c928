import type { Measured } from "./compare.ts";
import { type LevelResult, median, type RoundResult } from "./measure.ts";
import type { PeerName } from "./peers.ts";

/** Ours divided by theirs, the median over rounds; null where one of the two was not measured. */
export interface Ratios {
  readonly p50_vs_hand_pipelined: number | null;
  readonly p50_vs_hand_sequential: number | null;
  readonly p50_vs_pgbench: number | null;
  readonly throughput_vs_hand_pipelined: number | null;
  readonly throughput_vs_hand_sequential: number | null;
  readonly throughput_vs_directus: number | null;
  readonly throughput_vs_prisma: number | null;
  readonly throughput_vs_postgraphile: number | null;
  readonly cold_start_vs_node: number | null;
  readonly memory_vs_hand: number | null;
}

/** Latency with one caller, throughput with eight, memory at rest. */
export function ratiosOf(measured: Measured): Ratios {
  const { rounds, pgbench, coldStart } = measured;
  const against = (peer: PeerName, read: (round: RoundResult) => number): number | null =>
    ratio(rounds.lintel?.map(read), rounds[peer]?.map(read));
  const p50 = (peer: PeerName): number | null => against(peer, (round) => at(round, 1).p50);
  const throughput = (peer: PeerName): number | null => against(peer, (round) => at(round, 8).perSecond);
  return {
    p50_vs_hand_pipelined: p50("hand-pipelined"),
    p50_vs_hand_sequential: p50("hand-sequential"),
    p50_vs_pgbench: ratio(
      rounds.lintel?.map((round) => at(round, 1).validP50),
      pgbench[1]?.map((floor) => floor.p50),
    ),
    throughput_vs_hand_pipelined: throughput("hand-pipelined"),
    throughput_vs_hand_sequential: throughput("hand-sequential"),
    throughput_vs_directus: throughput("directus"),
    throughput_vs_prisma: throughput("prisma"),
    throughput_vs_postgraphile: throughput("postgraphile"),
    cold_start_vs_node: ratio(coldStart?.started, coldStart?.node),
    memory_vs_hand: against("hand-pipelined", ({ memoryAtRest }) => memoryAtRest),
  };
}

function ratio(ours: readonly number[] | undefined, theirs: readonly number[] | undefined): number | null {
  if (ours === undefined || theirs === undefined || ours.length === 0 || theirs.length === 0) return null;
  const value = median(ours.map((own, round) => own / (theirs[round] ?? Number.NaN)));
  return Math.round(value * 1000) / 1000;
}

export function at({ levels }: RoundResult, callers: number): LevelResult {
  const found = levels.find((level) => level.callers === callers);
  if (found === undefined) throw new Error(`nothing was measured with ${String(callers)} callers`);
  return found;
}
