import type { Console } from "./console.ts";
import { exitCodes } from "./exit-codes.ts";
import { findWorkspaces } from "./find-workspaces.ts";
import { nothingIn, unreadableFolder } from "./folder-problems.ts";

/**
 * Runs a command on the workspace that a folder is, or on the only one below it: `lintel test` works from the top of a
 * repository, as `lintel check` does. Of several one must be named.
 */
export async function onWorkspace(
  folder: string,
  console: Console,
  run: (workspace: string) => Promise<number>,
): Promise<number> {
  const { workspaces, unreadable } = await findWorkspaces(folder);
  const [first, ...others] = workspaces;
  if (unreadable.length > 0) {
    for (const each of unreadable) console.error(`lintel: ${unreadableFolder(each)}\n`);
    return exitCodes.usage;
  }
  if (first === undefined) {
    console.error(`lintel: ${await nothingIn(folder)}\n`);
    return exitCodes.nothing;
  }
  if (others.length === 0) return run(first);
  const all = workspaces.map((each) => `  ${each}\n`).join("");
  console.error(`lintel: ${folder} holds several workspaces; name one:\n${all}`);
  return exitCodes.usage;
}
