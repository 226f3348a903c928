import { join } from "node:path";
import { checkout } from "./prepare.mjs";
import { runProcess } from "./run-process.mjs";

/** `npm run check`: what a reviewer would otherwise have to say. Names of checks as arguments run only those. */
const modules = join(checkout, "node_modules");

/** @type {readonly { name: string, what: string, script: string, args: readonly string[] }[]} */
const checks = [
  { name: "types", what: "tsc", script: "typescript/bin/tsc", args: ["-p", ".", "--noEmit"] },
  { name: "lint", what: "eslint", script: "eslint/bin/eslint.js", args: ["--max-warnings", "0", "."] },
  { name: "format", what: "biome", script: "@biomejs/biome/bin/biome", args: ["check", "--error-on-warnings"] },
  {
    name: "boundaries",
    what: "dependency-cruiser",
    script: "dependency-cruiser/bin/dependency-cruiser.mjs",
    args: ["--config", ".dependency-cruiser.cjs", "--output-type", "err", "."],
  },
  { name: "unused", what: "knip", script: "knip/bin/knip.js", args: ["--no-progress", "--no-config-hints"] },
];

/** @param {(typeof checks)[number]} check */
async function run({ name, what, script, args }) {
  const started = performance.now();
  const { code, output } = await runProcess(process.execPath, [join(modules, script), ...args], { cwd: checkout });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${code === 0 ? "ok  " : "FAIL"} ${name.padEnd(10)} ${what}, ${seconds} s\n`);
  if (code !== 0) process.stdout.write(`${output.trim()}\n\n`);
  return code === 0;
}

const wanted = process.argv.slice(2);
const chosen = checks.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
if (chosen.length === 0) {
  process.stderr.write(`usage: npm run check -- [${checks.map(({ name }) => name).join("|")}]...\n`);
  process.exit(2);
}
const results = await Promise.all(chosen.map(run));
const failed = results.filter((isGood) => !isGood).length;
process.stdout.write(
  failed === 0 ? "all checks passed\n" : `${String(failed)} of ${String(results.length)} checks failed\n`,
);
process.exitCode = failed === 0 ? 0 : 1;
