import { type CompiledSpecs, parseDuration } from "@lintel/specs";
import { sample } from "fast-check";
import type { Console } from "../../console.ts";
import { exitCodes } from "../../exit-codes.ts";
import { type BrokenLaw, compileLaws } from "../laws/laws.ts";
import type { TestOptions } from "../test.ts";
import { withTestBed } from "../test-bed.ts";
import { asScenario } from "./as-scenario.ts";
import { drawSequences } from "./draw-calls.ts";
import { runSequence, type SequenceBed, type SequenceRun } from "./run-sequence.ts";
import { shorten } from "./shorten.ts";

/** What `lintel test --generate --format json` prints. */
export interface GenerateReport {
  readonly version: 1;
  readonly seed: number;
  /** Sequences and calls that were tried. */
  readonly runs: number;
  readonly calls: number;
  /** Answers by status, such as `{"201": 12}`: many refusals say that little was reached. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly broken?: BrokenLaw & { readonly scenario: string };
}

/** Milliseconds: for finding, and as many again for shortening. */
const usualTime = 60_000;
const usualRuns = 100;

/** `lintel test --generate`: draws sequences of calls and looks for one that breaks what the specs promise. */
export async function generate(specs: CompiledSpecs, options: TestOptions, console: Console): Promise<number> {
  const seed = options.seed ?? console.now().getTime() % 2 ** 31;
  const time = options.time === undefined ? usualTime : parseDuration(options.time);
  if (time === undefined) {
    console.error(`lintel: --time ${options.time ?? ""} is no duration; write 60s or 5m\n`);
    return exitCodes.usage;
  }
  const { bundle } = specs;
  const report = await withTestBed(bundle, options, async (bed) => {
    const lane = await bed.lane();
    return search(
      { lane, laws: compileLaws(bundle), bundle },
      { seed, time, runs: options.runs ?? usualRuns },
      console,
    );
  });
  console.progress?.("");
  console.out(options.format === "json" ? `${JSON.stringify(report, null, 2)}\n` : inText(report));
  return report.broken === undefined ? exitCodes.green : exitCodes.failed;
}

interface Limits {
  readonly seed: number;
  readonly runs: number;
  readonly time: number;
}

async function search(bed: SequenceBed, { seed, runs, time }: Limits, console: Console): Promise<GenerateReport> {
  const until = Date.now() + time;
  const statuses: Record<string, number> = {};
  let [tried, calls] = [0, 0];
  for (const drawn of sample(drawSequences(bed.bundle), { numRuns: runs, seed })) {
    if (Date.now() > until) break;
    console.progress?.(`sequence ${String(tried + 1)} of ${String(runs)}, seed ${String(seed)}`);
    const run = await runSequence(bed, drawn);
    tried += 1;
    calls += run.calls.length;
    for (const { answer } of run.seen) statuses[String(answer.status)] = (statuses[String(answer.status)] ?? 0) + 1;
    if (run.broken === undefined) continue;
    console.progress?.("shortening what was found");
    const broken = await shortened(bed, run, run.broken, Date.now() + time);
    return { version: 1, seed, runs: tried, calls, statuses, broken };
  }
  return { version: 1, seed, runs: tried, calls, statuses };
}

async function shortened(
  bed: SequenceBed,
  run: SequenceRun,
  broken: BrokenLaw,
  until: number,
): Promise<NonNullable<GenerateReport["broken"]>> {
  const best = await shorten(bed, run, broken, until);
  const shown = best.broken ?? broken;
  return { ...shown, scenario: asScenario(best, shown) };
}

function inText({ seed, runs, calls, statuses, broken }: GenerateReport): string {
  const counts = Object.entries(statuses)
    .map(([status, count]) => `${String(count)} x ${status}`)
    .join(", ");
  const tried = `${String(runs)} sequences, ${String(calls)} calls (${counts}), seed ${String(seed)}`;
  if (broken === undefined) return `nothing broken in ${tried}\n`;
  return `${broken.law}: ${broken.message}\n\n# the shortest sequence that shows it, as a file for scenarios/\n${broken.scenario}\nfound in ${tried}\n`;
}
