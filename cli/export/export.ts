import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { secretVariable } from "@lintel/executor";
import { needsSqlParser } from "@lintel/policypack/risk";
import { type CompiledSpecs, compileFolder, type RiskLevel } from "@lintel/specs";
import { judge } from "../check/check-folder.ts";
import type { Console } from "../console.ts";
import { exitCodes } from "../exit-codes.ts";
import { type CheckReport, checkReport, failedReport } from "../report/check-report.ts";
import { framesOf } from "../report/frames.ts";
import { renderText } from "../report/text.ts";
import { exitCodeOf } from "../report/verdict.ts";
import { version } from "../version.ts";
import type { Exported } from "./files/export-file.ts";
import { type ExecutorParts, exportFiles, isTaken, writeExport } from "./write-export.ts";

export interface ExportOptions {
  readonly output: string;
  readonly environment?: string;
}

/** `lintel export`: writes what runs a workspace without Lintel's deployment, or nothing; resolves to the exit code. */
export async function exportWorkspace(
  folder: string,
  options: ExportOptions,
  console: Console,
  given?: ExecutorParts,
): Promise<number> {
  if (await isTaken(options.output)) {
    return refused(`${options.output} holds something already; name a folder that is empty or not there`, console);
  }
  const parts = given ?? (await installedParts());
  for (const part of [parts.program, parts.dockerfile]) {
    if (!(await isThere(part)))
      return refused(`the executor is not built, ${part} is missing: npm run build:executor`, console);
  }
  const { specs, diagnostics } = await compileFolder(folder, { environment: options.environment });
  const report = specs === undefined ? failedReport(diagnostics) : checkReport(await judge(specs, console.now()));
  const code = exitCodeOf(report);
  if (specs === undefined || report.level === null || code !== exitCodes.green) {
    console.error(`${await verdict(folder, report)}lintel: nothing is exported of specs that may not be deployed\n`);
    return code;
  }
  const files = exportFiles(exportedOf(specs, report.level));
  try {
    await writeExport(options.output, files, parts, needsSqlParser(specs.bundle.tools));
  } catch (error) {
    return refused(
      `${options.output} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      console,
    );
  }
  console.out(
    `${options.output}: ${specs.bundle.workspace.name}, ${specs.bundle.digest}\nIts README.md says how to run it.\n`,
  );
  return exitCodes.green;
}

function exportedOf({ bundle, acknowledgements, migrations }: CompiledSpecs, level: RiskLevel): Exported {
  const names = bundle.workspace.secrets;
  const secretVariables = Object.fromEntries(names.map((name) => [name, secretVariable(name)]));
  return { bundle, acknowledgements, migrations, level, secretVariables, version };
}

/**
 * Of the executor's package, wherever it is installed. In a checkout it is built first: an older program may not serve what these
 * specs are compiled to.
 */
async function installedParts(): Promise<ExecutorParts> {
  const folder = dirname(fileURLToPath(import.meta.resolve("@lintel/executor")));
  const build = join(folder, "build.ts");
  if (await isThere(build)) await promisify(execFile)(process.execPath, [build]);
  return { program: join(folder, "dist", "main.mjs"), dockerfile: join(folder, "image", "Dockerfile") };
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

function refused(problem: string, console: Console): number {
  console.error(`lintel: ${problem}\n`);
  return exitCodes.usage;
}

async function verdict(folder: string, report: CheckReport): Promise<string> {
  const checked = { folder, root: resolve(folder), report, frameOf: await framesOf(folder, report) };
  const directory = process.cwd();
  return renderText([checked], { base: directory, checkout: directory, hasColour: false, isQuiet: true, version });
}
