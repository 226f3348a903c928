// What `lintel check` costs against the `yaml` parser alone on the same files, in this process and as a process of its own.
// `node bench/check/check.ts [ROUNDS] [TOOLS,...]`; run it on a quiet machine. Goals (DESIGN.md section 10): 2x, and 300 ms.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { analyse as judge } from "@lintel/policypack/risk";
import type { compileFiles as compile } from "@lintel/specs";
import { build } from "esbuild";
import { parse } from "yaml";
import { buildCommand, plugins } from "../../cli/build.ts";
import { type BenchFile, exampleFiles, manyNodes, manySpecs } from "./many-specs.ts";

const rounds = Number(process.argv[2] ?? "5");
const sizes = (process.argv[3] ?? "10,100,1000,10000").split(",").map(Number);
const now = new Date("2026-06-01");

interface Built {
  readonly compileFiles: typeof compile;
  readonly analyse: typeof judge;
}

/** The compiler and the engine as the command carries them; the parser they are measured against is the library as Node loads it. */
async function built(): Promise<Built> {
  const folder = mkdtempSync(join(tmpdir(), "lintel-bench-"));
  const outfile = join(folder, "parts.mjs");
  const contents = `export { compileFiles } from "@lintel/specs"; export { analyse } from "@lintel/policypack/risk";`;
  const banner = { js: `import { createRequire as made } from "node:module"; const require = made(import.meta.url);` };
  const stdin = { contents, resolveDir: join(import.meta.dirname, "../../cli") };
  await build({
    stdin,
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    banner,
    plugins,
    external: ["libpg-query"],
  });
  try {
    return (await import(outfile)) as Built;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const { compileFiles, analyse } = await built();

interface Taken {
  readonly parser: number;
  readonly check: number;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

function timed(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

function check(files: readonly BenchFile[]): void {
  const { specs, diagnostics } = compileFiles(files);
  if (specs === undefined) throw new Error(JSON.stringify(diagnostics[0]));
  analyse(specs.bundle, specs.acknowledgements, now, specs.sources);
}

/** Both in turn, so that what else the machine does falls on both. */
function inTurn(files: readonly BenchFile[], count: number): readonly Taken[] {
  return Array.from({ length: count }, () => ({
    parser: timed(() => {
      for (const { text } of files) parse(text);
    }),
    check: timed(() => {
      check(files);
    }),
  }));
}

function row(name: string, files: readonly BenchFile[], parts: number, count: number): string {
  const taken = inTurn(files, count);
  const ratio = median(taken.map(({ parser, check: all }) => all / parser));
  const each = (median(taken.map(({ check: all }) => all)) / parts) * 1000;
  return `${name.padEnd(22)} ${ratio.toFixed(2).padStart(6)}x the parser ${each.toFixed(0).padStart(7)} µs each`;
}

/** The built command on the example, and Node starting for nothing, in turn. */
async function asProcess(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "lintel-bench-"));
  try {
    await buildCommand(join(folder, "command"));
    for (const { path, text } of exampleFiles()) {
      const file = join(folder, "specs", path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    const command = [join(folder, "command", "lintel.mjs"), "check", join(folder, "specs")];
    const run = (args: readonly string[]): number =>
      timed(() => spawnSync(process.execPath, args, { stdio: "ignore" }));
    run(command); // fills the compile cache, as an installation's first run does
    const taken = Array.from({ length: rounds * 2 }, () => [run(command), run(["-e", "0"])] as const);
    const own = median(taken.map(([time]) => time));
    return `one workspace as a process: ${own.toFixed(0)} ms, ${median(taken.map(([time, empty]) => time / empty)).toFixed(1)}x node -e 0`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
inTurn(manySpecs(70), 3); // both are compiled by the engine before they are measured
print(row("1 workspace", exampleFiles(), 1, rounds * 4));
for (const tools of sizes) {
  print(row(`${String(tools)} tools`, manySpecs(tools), tools, tools > 1_000 ? 1 : rounds));
}
for (const nodes of [10, 100, 1_000, 8_000]) print(row(`${String(nodes)} nodes`, manyNodes(nodes), nodes, rounds));
print(await asProcess());
