import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** How far below the named folder a workspace is looked for. */
const maximumDepth = 3;
const parts: ReadonlySet<string> = new Set(["entities", "tools", "policies", "scenarios"]);
const workspaceFile = /^workspace\.(ya?ml|json)$/;

/** The folder itself where it is a workspace, else every workspace below it; none where there is nothing to check. */
export async function findWorkspaces(folder: string): Promise<readonly string[]> {
  const { names } = await entriesOf(folder);
  if (names.some((name) => workspaceFile.test(name))) return [folder];
  const below = await findBelow(folder, 1);
  // A repository may have a folder named "tools" at its top. With no workspace below, the compiler says that its file is missing.
  return below.length === 0 && names.some((name) => parts.has(name)) ? [folder] : below;
}

async function findBelow(folder: string, depth: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of (await entriesOf(folder)).folders) {
    const path = join(folder, name);
    const { names } = await entriesOf(path);
    if (names.some((each) => workspaceFile.test(each))) found.push(path);
    else if (depth < maximumDepth) found.push(...(await findBelow(path, depth + 1)));
  }
  return found;
}

interface Entries {
  readonly names: readonly string[];
  readonly folders: readonly string[];
}

/** What cannot be read holds nothing that is looked for; a link is not followed. */
async function entriesOf(folder: string): Promise<Entries> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sorted = entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const folders = sorted.filter((entry) => entry.isDirectory() && isSearched(entry.name));
  return { names: sorted.map(({ name }) => name), folders: folders.map(({ name }) => name) };
}

function isSearched(name: string): boolean {
  return name !== "node_modules" && !name.startsWith(".");
}
