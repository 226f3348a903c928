import { availableParallelism } from "node:os";
import { setTimeout } from "node:timers/promises";
import { catalogue } from "@lintel/executor";
import { type CompiledSpecs, compileFolder, type Diagnostic, locate, type Scenario } from "@lintel/specs";
import type { Console } from "../console.ts";
import { exitCodes } from "../exit-codes.ts";
import { compileLaws } from "./laws/laws.ts";
import { printDiagnostics } from "./print-diagnostics.ts";
import { renderTests, type TestFormat } from "./render.ts";
import type { ScenarioResult, TestReport } from "./results.ts";
import { runScenario } from "./run-scenario.ts";
import { type TestBed, withTestBed } from "./test-bed.ts";

export interface TestOptions {
  readonly format: TestFormat;
  readonly environment?: string;
  /** Only scenarios whose name holds this text. */
  readonly filter?: string;
  readonly databaseUrl?: string;
  /** Scenarios at the same time; the number of cores by default. */
  readonly workers?: number;
  readonly generate?: true;
  readonly runs?: number;
  readonly seed?: number;
  readonly time?: string;
}

/** `lintel test`: runs the scenarios of a folder, or draws calls from its specs; resolves to the exit code. */
export async function test(folder: string, options: TestOptions, console: Console): Promise<number> {
  const { specs, diagnostics } = await compileFolder(folder, { environment: options.environment });
  if (specs === undefined) return refused(folder, diagnostics, options, console);
  const unknown = unknownProblems(specs);
  if (unknown.length > 0) {
    for (const line of unknown) console.error(`${line}\n`);
    return exitCodes.usage;
  }
  if (options.generate === true) {
    const { generate } = await import("./generate/generate.ts");
    return generate(specs, options, console);
  }
  const chosen = specs.scenarios.filter(({ name }) => name.includes(options.filter ?? ""));
  if (chosen.length === 0) {
    console.error(`lintel: ${nothingIn(folder, specs, options.filter)}\n`);
    return exitCodes.nothing;
  }
  return runAll(folder, specs, chosen, options, console);
}

function refused(folder: string, diagnostics: readonly Diagnostic[], options: TestOptions, console: Console): number {
  const print = options.format === "json" || options.format === "junit" ? console.error : console.out;
  print(printDiagnostics(diagnostics, folder));
  return exitCodes.usage;
}

function nothingIn(folder: string, { scenarios }: CompiledSpecs, filter: string | undefined): string {
  if (scenarios.length === 0) return `${folder} has no scenarios; they are files of kind Scenario below scenarios/`;
  return `no scenario's name holds "${filter ?? ""}"; there is ${scenarios.map(({ name }) => name).join(", ")}`;
}

/** Codes of problems are the executor's catalogue, which the language does not know. */
function unknownProblems({ scenarios, sources }: CompiledSpecs): readonly string[] {
  return scenarios.flatMap(({ name, steps }) =>
    steps.flatMap(({ expect: { problem } }, index) => {
      if (problem === undefined || Object.hasOwn(catalogue, problem)) return [];
      const at = locate(sources, `scenario/${name}/steps/${String(index)}/expect/problem`);
      const place = at === undefined ? name : `${at.file}:${String(at.line)}:${String(at.column)}`;
      return [`${place} error unknown-problem there is no problem "${problem}"; docs/errors.md lists them`];
    }),
  );
}

async function runAll(
  folder: string,
  specs: CompiledSpecs,
  scenarios: readonly Scenario[],
  options: TestOptions,
  console: Console,
): Promise<number> {
  const workers = Math.max(1, Math.min(options.workers ?? availableParallelism(), scenarios.length));
  console.progress?.("starting PostgreSQL");
  const results = await withTestBed(specs.bundle, options, (bed) =>
    runInLanes(bed, specs, scenarios, workers, console),
  );
  console.progress?.("");
  const failed = results.filter(({ failure }) => failure !== undefined).length;
  const { workspace, digest } = specs.bundle;
  const report: TestReport = {
    version: 1,
    workspace: workspace.name,
    digest,
    passed: results.length - failed,
    failed,
    scenarios: results,
  };
  console.out(renderTests(options.format, report, { folder, hasColour: console.isTerminal }));
  return failed === 0 ? exitCodes.green : exitCodes.failed;
}

/** Each lane takes the next scenario when it is done with one; results are in the order of the scenarios. */
async function runInLanes(
  bed: TestBed,
  specs: CompiledSpecs,
  scenarios: readonly Scenario[],
  workers: number,
  console: Console,
): Promise<readonly ScenarioResult[]> {
  const laws = compileLaws(specs.bundle);
  const results: ScenarioResult[] = [];
  const waiting = [...scenarios.entries()];
  let done = 0;
  const work = async (): Promise<void> => {
    const lane = await bed.lane();
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, scenario] = next;
      console.progress?.(`${scenario.name} (${String(done + 1)} of ${String(scenarios.length)})`);
      results[index] = await runScenario({ specs, laws, lane }, scenario);
      done += 1;
      // Others of the process, such as the handler of Ctrl-C, get their turn.
      await setTimeout(0);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return results;
}
