import { resolve } from "node:path";
import type { Console } from "../console.ts";
import { exitCodes } from "../exit-codes.ts";
import { version } from "../version.ts";
import type { CheckedFolder } from "./checked-folder.ts";
import type { ReportOptions } from "./option.ts";
import { type RenderContext, renderReport } from "./render.ts";
import { renderSummary } from "./text.ts";
import { exitCodeOf, worstExitCode } from "./verdict.ts";
import { writeOutput } from "./write-output.ts";

/** Prints the report, or writes it to `--output`; resolves to the exit code, which is 2 where the file cannot be written. */
export async function writeReport(
  folders: readonly CheckedFolder[],
  { format, output, quiet }: ReportOptions,
  console: Console,
): Promise<number> {
  const context: RenderContext = {
    base: process.cwd(),
    checkout: checkoutOf(process.cwd(), process.env["GITHUB_WORKSPACE"]),
    hasColour: console.isTerminal && output === undefined,
    isQuiet: quiet === true,
    version,
  };
  const text = await renderReport(format, folders, context);
  const code = worstExitCode(folders.map(({ report }) => exitCodeOf(report)));
  if (output === undefined) {
    console.out(text);
    return code;
  }
  const problem = await writeOutput(output, text);
  if (problem !== undefined) {
    console.error(`lintel: ${problem}\n`);
    return exitCodes.usage;
  }
  if (quiet !== true) console.out(renderSummary(folders, { ...context, hasColour: console.isTerminal }));
  return code;
}

/** The checkout's top, where the working directory lies in it. */
function checkoutOf(directory: string, workspace: string | undefined): string {
  const top = workspace === undefined ? directory : resolve(workspace);
  return directory.startsWith(`${top}/`) ? top : directory;
}
