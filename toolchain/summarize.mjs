import { readFile } from "node:fs/promises";
import { printError, SetupError } from "./setup-error.mjs";

/**
 * @typedef {object} Report the part of Vitest's JSON report that is read here
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {readonly { status: string, assertionResults: readonly unknown[] }[]} testResults one per file
 */

/**
 * `node toolchain/summarize.mjs REPORT`: prints "N passed, N failed" from Vitest's JSON report, and fails when a test
 * failed or none ran. A file that could not be loaded counts as one failure, for none of its tests ran.
 */
async function summarize(/** @type {string} */ file) {
  /** @type {Report} */
  const report = JSON.parse(await readFile(file, "utf8"));
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloaded.length };
}

try {
  const [file = ""] = process.argv.slice(2);
  const { passed, failed } = await summarize(file).catch(() => {
    throw new SetupError(`there is no test report ${file}`, "The tests did not run: see the output above.");
  });
  process.stdout.write(`${String(passed)} passed, ${String(failed)} failed\n`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
} catch (error) {
  printError(error);
  process.stdout.write("0 passed, 1 failed\n");
  process.exitCode = 1;
}
