import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Console } from "../console.ts";
import { exitCodes } from "../exit-codes.ts";
import { findWorkspaces } from "../find-workspaces.ts";
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
  const workspaces: string[] = [];
  for (const folder of folders) {
    const found = await findWorkspaces(folder);
    workspaces.push(...found.filter((each) => !workspaces.some((other) => resolve(other) === resolve(each))));
    if (found.length > 0) continue;
    console.error(`lintel: ${await nothingIn(folder)}\n`);
    codes.push(exitCodes.nothing);
  }
  if (workspaces.length === 0) return exitCodes.nothing;
  const checked = await checkAll(workspaces, options.environment, console);
  return worstExitCode([...codes, await writeReport(checked, options, console)]);
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

async function nothingIn(folder: string): Promise<string> {
  const stats = await stat(folder).catch(() => undefined);
  if (stats === undefined) return `there is no folder ${folder}`;
  if (!stats.isDirectory()) return `${folder} is a file; name the folder that its workspace.yaml stands in`;
  return `${folder} holds no specs; a workspace.yaml stands at their top (lintel init ${folder} writes one)`;
}
