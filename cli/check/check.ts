import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { analyse, loadSqlParser, needsSqlParser, type RiskReport } from "@lintel/policypack/risk";
import { type CompiledSpecs, compileFolder } from "@lintel/specs";
import type { Console } from "../console.ts";
import { exitCodes } from "../exit-codes.ts";
import { checkReport, failedReport } from "./check-report.ts";
import { framesOf } from "./frames.ts";
import { printErrors, printReport } from "./print-text.ts";

export interface CheckOptions {
  readonly format: "text" | "json";
  readonly environment?: string;
}

/** `lintel check`: compiles a folder, judges it and prints both; resolves to the exit code. */
export async function check(folder: string, options: CheckOptions, console: Console): Promise<number> {
  if (!existsSync(folder)) {
    console.error(`lintel: there is no folder ${folder}\n`);
    return exitCodes.nothing;
  }
  if (await isEmpty(folder)) {
    console.error(`lintel: ${folder} holds no specs; a workspace.yaml stands at their top\n`);
    return exitCodes.nothing;
  }
  const { specs, diagnostics } = await compileFolder(folder, { environment: options.environment });
  if (specs === undefined) {
    const text =
      options.format === "json" ? json(failedReport(diagnostics)) : printErrors(diagnostics, console.isTerminal);
    console.out(text);
    return exitCodes.usage;
  }
  const risk = await judge(specs, console.now());
  const report = checkReport(risk);
  const frames = options.format === "json" ? undefined : await framesOf(folder, report);
  console.out(frames === undefined ? json(report) : printReport(report, frames, console.isTerminal));
  return codeOf(risk);
}

async function judge({ bundle, acknowledgements, sources }: CompiledSpecs, now: Date): Promise<RiskReport> {
  if (needsSqlParser(bundle.tools)) await loadSqlParser();
  return analyse(bundle, acknowledgements, now, sources);
}

function codeOf({ level, isBlocked }: RiskReport): number {
  if (level === "red") return exitCodes.red;
  return isBlocked ? exitCodes.yellow : exitCodes.green;
}

const parts: ReadonlySet<string> = new Set(["entities", "tools", "policies", "scenarios"]);

/** Neither a workspace file nor a folder of specs: there is nothing to check, rather than something wrong. */
async function isEmpty(folder: string): Promise<boolean> {
  try {
    const names = await readdir(folder);
    return !names.some((name) => parts.has(name) || /^workspace\.(ya?ml|json)$/.test(name));
  } catch {
    return false; // what cannot be read is the loader's to say
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
