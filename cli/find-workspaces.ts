import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";

/** How far below the named folder a workspace is looked for. */
const maximumDepth = 3;
const parts: ReadonlySet<string> = new Set(["entities", "tools", "policies", "scenarios"]);
const workspaceFile = /^workspace\.(ya?ml|json)$/;

export interface FoundWorkspaces {
  readonly workspaces: readonly string[];
  /** Folders that could not be read, and so might hide a workspace: a verdict that leaves them out is none. */
  readonly unreadable: readonly UnreadableFolder[];
}

export interface UnreadableFolder {
  readonly folder: string;
  /** The system's code, such as EACCES. */
  readonly reason: string;
}

/**
 * The folder itself where it is a workspace, else every workspace below it, each once; none where there is nothing to check.
 * Links are followed.
 */
export async function findWorkspaces(folder: string): Promise<FoundWorkspaces> {
  const search: Search = { depths: new Map(), workspaces: new Map(), unreadable: new Map() };
  const { names } = await searchIn(folder, 0, search);
  const workspaces = [...search.workspaces.values()];
  // A repository may have a folder named "tools" at its top. With no workspace below, the compiler says that its file is missing.
  const isPart = workspaces.length === 0 && names.some((name) => parts.has(name));
  return { workspaces: isPart ? [folder] : workspaces, unreadable: [...search.unreadable.values()] };
}

interface Search {
  /** The least depth at which each real path was met; a link that leads there from as deep or deeper shows nothing new. */
  readonly depths: Map<string, number>;
  /** By real path. */
  readonly workspaces: Map<string, string>;
  readonly unreadable: Map<string, UnreadableFolder>;
}

interface Entries {
  readonly names: readonly string[];
  /** Names of the folders that are searched. */
  readonly folders: readonly string[];
}

const nothing: Entries = { names: [], folders: [] };

async function searchIn(folder: string, depth: number, search: Search): Promise<Entries> {
  const { depths, workspaces, unreadable } = search;
  try {
    const real = await realpath(folder);
    if ((depths.get(real) ?? Number.POSITIVE_INFINITY) <= depth) return nothing;
    depths.set(real, depth);
    const entries = await entriesOf(folder);
    if (entries.names.some((name) => workspaceFile.test(name))) workspaces.set(real, workspaces.get(real) ?? folder);
    else if (depth < maximumDepth) {
      for (const name of entries.folders) await searchIn(join(folder, name), depth + 1, search);
    }
    return entries;
  } catch (error) {
    const reason = codeOf(error);
    // What is not there, or leads nowhere, hides nothing.
    if (!["ENOENT", "ENOTDIR", "ELOOP"].includes(reason)) unreadable.set(folder, { folder, reason });
    return nothing;
  }
}

/** Real folders before links beside them, so that a workspace is called by its own path. */
async function entriesOf(folder: string): Promise<Entries> {
  const entries = await readdir(folder, { withFileTypes: true });
  const sorted = entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const searched = sorted.filter(({ name }) => name !== "node_modules" && !name.startsWith("."));
  const links = searched.filter((entry) => entry.isSymbolicLink());
  const linked = await Promise.all(links.map((entry) => isFolder(folder, entry)));
  const folders = [
    ...searched.filter((entry) => entry.isDirectory()),
    ...links.filter((_, index) => linked[index] === true),
  ];
  return { names: sorted.map(({ name }) => name), folders: folders.map(({ name }) => name) };
}

/** Whether a link leads to a folder, as far as can be seen. */
async function isFolder(folder: string, { name }: Dirent): Promise<boolean> {
  try {
    return (await stat(join(folder, name))).isDirectory();
  } catch (error) {
    return codeOf(error) === "EACCES";
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
