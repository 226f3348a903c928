import { type Finding, type FixedSpecs, fixSpecs, loadSqlParser, rulesMetadata } from "@lintel/policypack/risk";
import { compileFiles } from "@lintel/specs";
import type { Console } from "../console.ts";
import { exitCodes } from "../exit-codes.ts";
import { printable } from "../report/printable.ts";
import { fixReport } from "./fix-report.ts";
import { printErrors, printFixes } from "./print-fixes.ts";
import { openSpecFolder, type SpecFolder, WriteError, writeSpecs } from "./spec-folder.ts";
import { unifiedDiff } from "./unified-diff.ts";

export interface FixCommandOptions {
  readonly dryRun?: boolean;
  readonly unsafe?: boolean;
  readonly rule?: string;
  readonly tool?: string;
  readonly environment?: string;
  readonly format: "text" | "json";
}

/** `lintel fix`: repairs what it can and prints what it did and what stays; resolves to the exit code of what stays. */
export async function fix(folder: string, options: FixCommandOptions, console: Console): Promise<number> {
  const opened = await openSpecFolder(folder);
  if (opened.files.length === 0) {
    console.error(`lintel: ${opened.diagnostics[0]?.message ?? `${folder} holds no specs`}\n`);
    return exitCodes.nothing;
  }
  const unknown = unknownName(opened, options);
  if (unknown !== undefined) {
    console.error(`lintel: ${unknown}\n`);
    return exitCodes.usage;
  }
  await loadSqlParser();
  const fixed = fixedSpecs(opened, options, console.now());
  const { dryRun: isDryRun = false } = options;
  if (!isDryRun && fixed.applied.length > 0) {
    const refused = await write(opened, fixed);
    if (refused !== undefined) {
      console.error(`lintel: ${refused}\n`);
      return exitCodes.usage;
    }
  }
  console.out(options.format === "json" ? json(fixReport(fixed, isDryRun)) : text(opened, fixed, isDryRun));
  return fixed.diagnostics.length > 0 ? exitCodes.usage : exitCodeOf(fixed.open);
}

/** A rule or tool that there is not: to find nothing of it would look as if all were well. */
function unknownName({ files }: SpecFolder, { rule, tool, environment }: FixCommandOptions): string | undefined {
  const isRule = rule === undefined || rule.startsWith("policy/") || rulesMetadata.some(({ id }) => id === rule);
  if (!isRule) return `there is no rule "${printable(rule)}"; lintel explain lists them`;
  const tools = tool === undefined ? undefined : compileFiles(files, { environment }).specs?.bundle.tools;
  if (tools === undefined || tools.some(({ name }) => name === tool)) return undefined;
  const names = tools.map(({ name }) => name);
  return `there is no tool "${printable(tool ?? "")}"; there is ${names.slice(0, 12).join(", ")}${names.length > 12 ? ", ..." : ""}`;
}

function fixedSpecs(opened: SpecFolder, options: FixCommandOptions, now: Date): FixedSpecs {
  const { files, diagnostics } = opened;
  if (diagnostics.length > 0) return { files, diagnostics, applied: [], left: [], open: [], edits: [] };
  const { environment, rule, tool, unsafe: withUnsafe = false } = options;
  return fixSpecs(files, { now, environment, rule, tool, withUnsafe });
}

/** Why nothing was written, if nothing was. */
async function write(opened: SpecFolder, { files }: FixedSpecs): Promise<string | undefined> {
  try {
    await writeSpecs(opened, files);
    return undefined;
  } catch (error) {
    if (error instanceof WriteError) return error.message;
    throw error;
  }
}

function text(opened: SpecFolder, fixed: FixedSpecs, isDryRun: boolean): string {
  if (fixed.diagnostics.length > 0) return printErrors(fixed.diagnostics);
  const diff = isDryRun ? unifiedDiff(opened.files, fixed.files) : "";
  return `${diff}${diff === "" ? "" : "\n"}${printFixes(fixed, isDryRun ? "would fix" : "fixed")}`;
}

function exitCodeOf(open: readonly Finding[]): number {
  if (open.some(({ level }) => level === "red")) return exitCodes.red;
  return open.length > 0 ? exitCodes.yellow : exitCodes.green;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
