import { type DiffLevel, diffBundles } from "@lintel/specs";
import type { Console } from "../console.ts";
import { exitCodes } from "../exit-codes.ts";
import { type DiffReport, diffReport } from "./diff-report.ts";
import { printMarkdown } from "./print-markdown.ts";
import { printText } from "./print-text.ts";
import { readSide, type Side, workspaceOf } from "./read-side.ts";
import { SideError } from "./side-error.ts";

export interface DiffCommandOptions {
  readonly format: "text" | "json" | "markdown";
  readonly failOn: "breaking" | "warning" | "none";
  readonly against?: string;
  readonly environment?: string;
  readonly quiet?: true;
  /** Days. */
  readonly notice: number;
}

/** `lintel diff`: compares two versions and prints what has changed, the worst first; resolves to the exit code. */
export async function diff(names: readonly string[], options: DiffCommandOptions, console: Console): Promise<number> {
  try {
    const [old, next] = await readSides(names, options);
    const today = console.now().toISOString().slice(0, 10);
    const report = diffReport(old, next, diffBundles(old.bundle, next.bundle, { today, notice: options.notice }));
    console.out(printers[options.format](report, options.quiet === true, console.isTerminal));
    return codeOf(report, options.failOn);
  } catch (error) {
    if (!(error instanceof SideError)) throw error;
    console.error(`lintel: ${error.message}\n`);
    return error.exitCode;
  }
}

async function readSides(
  names: readonly string[],
  { against, environment }: DiffCommandOptions,
): Promise<readonly [Side, Side]> {
  const [first, second, ...more] = names;
  if (against !== undefined) {
    if (first === undefined || second !== undefined) {
      throw new SideError("--against takes one folder, which is compared with itself at the revision", exitCodes.usage);
    }
    const folder = await workspaceOf(first);
    return [await readSide({ rev: against, folder }, environment), await readSide(folder, environment)];
  }
  if (first === undefined || second === undefined || more.length > 0) {
    const hint = "lintel diff OLD NEW, or lintel diff FOLDER --against REV";
    throw new SideError(`two sides are compared, and ${String(names.length)} are given: ${hint}`, exitCodes.usage);
  }
  return [await readSide(first, environment), await readSide(second, environment)];
}

type Print = (report: DiffReport, isQuiet: boolean, hasColour: boolean) => string;

const printers: Readonly<Record<DiffCommandOptions["format"], Print>> = {
  text: printText,
  markdown: printMarkdown,
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
};

function codeOf({ changes }: DiffReport, failOn: DiffCommandOptions["failOn"]): number {
  const failing: Readonly<Record<DiffCommandOptions["failOn"], readonly DiffLevel[]>> = {
    breaking: ["breaking"],
    warning: ["breaking", "warning"],
    none: [],
  };
  return changes.some(({ level }) => failing[failOn].includes(level)) ? exitCodes.breaking : exitCodes.green;
}
