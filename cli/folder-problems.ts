import { stat } from "node:fs/promises";
import type { UnreadableFolder } from "./find-workspaces.ts";

/** Says that a folder could not be looked into, and what to do. */
export function unreadableFolder({ folder, reason }: UnreadableFolder): string {
  const remedy = "make it readable, or name the folders of the workspaces one by one";
  return `${folder} cannot be read (${reason}), so a workspace in it would go unseen; ${remedy}`;
}

/** Says why a folder holds no workspace. */
export async function nothingIn(folder: string): Promise<string> {
  const stats = await stat(folder).catch(() => undefined);
  if (stats === undefined) return `there is no folder ${folder}`;
  if (!stats.isDirectory()) return `${folder} is a file; name the folder that its workspace.yaml stands in`;
  return `${folder} holds no specs; a workspace.yaml stands at their top (lintel init ${folder} writes one)`;
}
