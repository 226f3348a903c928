import type { Comparison } from "./compare.ts";
import { median } from "./measure.ts";
import { peerNames } from "./peers.ts";
import { at, type Ratios } from "./ratios.ts";

/** Goals of DESIGN.md section 10. */
const goals: Readonly<Partial<Record<keyof Ratios, string>>> = {
  p50_vs_hand_pipelined: "<= 1.3",
  p50_vs_hand_sequential: "<= 1",
  p50_vs_pgbench: "<= 3.5",
  throughput_vs_hand_pipelined: ">= 0.8",
  throughput_vs_hand_sequential: ">= 1",
  throughput_vs_directus: ">= 3",
  throughput_vs_prisma: ">= 3",
  throughput_vs_postgraphile: ">= 3",
  cold_start_vs_node: "<= 4",
  memory_vs_hand: "<= 1.3",
};

/** The figures of everybody, medians over the rounds, then ours against theirs. */
export function table({ ratios, raw }: Comparison): string {
  const rows = peerNames.flatMap((name) => {
    const rounds = raw.rounds[name];
    if (rounds === undefined) return [];
    const of = (callers: number, key: "p50" | "p95" | "perSecond" | "cpuPer1000"): number =>
      median(rounds.map((round) => at(round, callers)[key]));
    const figures = [
      [of(1, "p50"), 2],
      [of(1, "p95"), 2],
      [of(8, "p50"), 2],
      [of(8, "p95"), 2],
      [of(8, "perSecond"), 0],
      [of(32, "perSecond"), 0],
      // Counted in ticks of 10 ms, of which a round has few.
      [mean(rounds.map((round) => at(round, 8).cpuPer1000)), 2],
      [raw.conversations[name]?.statements ?? Number.NaN, 2],
      [raw.conversations[name]?.roundTrips ?? Number.NaN, 2],
      [median(rounds.map(({ memoryAtRest }) => memoryAtRest)), 0],
      [median(rounds.map(({ memoryAfter }) => memoryAfter)), 0],
    ] as const;
    return [[name, ...figures.map(([value, digits]) => value.toFixed(digits))]];
  });
  const floors = Object.entries(raw.pgbench).map(
    ([callers, floor]) =>
      `pgbench, ${callers} clients: p50 ${median(floor.map(({ p50 }) => p50)).toFixed(2)} ms, ${median(floor.map(({ perSecond }) => perSecond)).toFixed(0)}/s`,
  );
  const start =
    raw.coldStart === null
      ? []
      : [
          `cold start: ${median(raw.coldStart.started).toFixed(0)} ms, node -e 0: ${median(raw.coldStart.node).toFixed(0)} ms`,
        ];
  const missing = Object.entries(raw.missing).map(([name, reason]) => `not measured: ${name}: ${reason}`);
  const judged = Object.entries(ratios).map(([name, value]) => [
    name,
    value === null ? "null" : String(value),
    goals[name as keyof Ratios] ?? "",
  ]);
  const parts = [aligned([head, ...rows]), [...floors, ...start].join("\n"), aligned(judged), missing.join("\n")];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

const head = [
  "",
  ...["p50@1 ms", "p95@1", "p50@8", "p95@8", "calls/s@8", "calls/s@32", "cpu s/1000", "statements", "round trips"],
  ...["MiB at rest", "MiB after"],
];

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join("  "),
    )
    .join("\n");
}
