import type { Console } from "./console.ts";
import { exitCodes } from "./exit-codes.ts";
import { findWorkspaces } from "./find-workspaces.ts";

/**
 * Runs a command on the workspace that a folder is, or on the only one below it: `lintel test` works from the top of a
 * repository, as `lintel check` does. Of several one must be named. A folder without any is the command's own to complain of.
 */
export async function onWorkspace(
  folder: string,
  console: Console,
  run: (workspace: string) => Promise<number>,
): Promise<number> {
  const [first, ...others] = await findWorkspaces(folder);
  if (others.length === 0) return run(first ?? folder);
  const all = [first ?? folder, ...others].map((each) => `  ${each}\n`).join("");
  console.error(`lintel: ${folder} holds several workspaces; name one:\n${all}`);
  return exitCodes.usage;
}
