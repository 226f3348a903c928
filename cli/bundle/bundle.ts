import { resolve } from "node:path";
import { canonicalJson, compileFolder } from "@lintel/specs";
import { judge } from "../check/check-folder.ts";
import type { Console } from "../console.ts";
import { exitCodes } from "../exit-codes.ts";
import { type CheckReport, checkReport, failedReport } from "../report/check-report.ts";
import { framesOf } from "../report/frames.ts";
import { renderText } from "../report/text.ts";
import { exitCodeOf } from "../report/verdict.ts";
import { writeOutput } from "../report/write-output.ts";
import { version } from "../version.ts";

export interface BundleOptions {
  readonly output?: string;
  readonly environment?: string;
}

/** `lintel bundle`: writes canonical JSON of what may be deployed, and of nothing else; resolves to the exit code. */
export async function bundle(folder: string, options: BundleOptions, console: Console): Promise<number> {
  const { specs, diagnostics } = await compileFolder(folder, { environment: options.environment });
  const report = specs === undefined ? failedReport(diagnostics) : checkReport(await judge(specs, console.now()));
  const code = exitCodeOf(report);
  if (specs === undefined || code !== exitCodes.green) {
    console.error(`${await verdict(folder, report)}lintel: no bundle is made of specs that may not be deployed\n`);
    return code;
  }
  const text = canonicalJson(specs.bundle);
  if (options.output === undefined) {
    console.out(`${text}\n`);
    return exitCodes.green;
  }
  const problem = await writeOutput(options.output, text);
  if (problem === undefined) console.out(`${specs.bundle.digest}\n`);
  else console.error(`lintel: ${problem}\n`);
  return problem === undefined ? exitCodes.green : exitCodes.usage;
}

/** The report goes to standard error: standard output is for the bundle. */
async function verdict(folder: string, report: CheckReport): Promise<string> {
  const checked = { folder, root: resolve(folder), report, frameOf: await framesOf(folder, report) };
  const directory = process.cwd();
  return renderText([checked], { base: directory, checkout: directory, hasColour: false, isQuiet: true, version });
}
