import { realpath } from "node:fs/promises";
import type { Console } from "../console.ts";
import { exitCodes } from "../exit-codes.ts";
import { type FoundWorkspaces, findWorkspaces } from "../find-workspaces.ts";
import { nothingIn, unreadableFolder } from "../folder-problems.ts";
import type { CheckedFolder } from "../report/checked-folder.ts";
import type { ReportOptions } from "../report/option.ts";
import { printable } from "../report/printable.ts";
import { worstExitCode } from "../report/verdict.ts";
import { writeReport } from "../report/write-report.ts";
import { checkFolder } from "./check-folder.ts";

export interface CheckOptions extends ReportOptions {
  readonly environment?: string;
}

/** `lintel check`: compiles the folders, judges them and prints one report; resolves to the exit code. */
export async function check(folders: readonly string[], options: CheckOptions, console: Console): Promise<number> {
  const codes: number[] = [];
  const workspaces = new Map<string, string>();
  for (const folder of folders) {
    const found = await findWorkspaces(folder);
    for (const each of found.workspaces) {
      const real = await realpath(each);
      if (!workspaces.has(real)) workspaces.set(real, each);
    }
    codes.push(...(await complain(folder, found, console)));
  }
  if (workspaces.size === 0) return worstExitCode(codes);
  const checked = await checkAll([...workspaces.values()], options.environment, console);
  return worstExitCode([...codes, await writeReport(checked, options, console)]);
}

/** Says what of a folder is not judged; resolves to the exit codes of that. */
async function complain(
  folder: string,
  { workspaces, unreadable }: FoundWorkspaces,
  console: Console,
): Promise<readonly number[]> {
  for (const each of unreadable) console.error(`lintel: ${unreadableFolder(each)}\n`);
  if (unreadable.length > 0) return [exitCodes.usage];
  if (workspaces.length > 0) return [];
  console.error(`lintel: ${await nothingIn(folder)}\n`);
  return [exitCodes.nothing];
}

async function checkAll(
  workspaces: readonly string[],
  environment: string | undefined,
  console: Console,
): Promise<readonly CheckedFolder[]> {
  const checked: CheckedFolder[] = [];
  for (const [index, folder] of workspaces.entries()) {
    console.progress?.(`checking ${printable(folder)} (${String(index + 1)} of ${String(workspaces.length)})`);
    checked.push(await checkFolder(folder, environment, console.now()));
  }
  console.progress?.("");
  return checked;
}
