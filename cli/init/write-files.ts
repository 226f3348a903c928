import { lstat, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { InitFile } from "./files/init-file.ts";

/** Paths that are there already; links that lead nowhere too. */
export async function inTheWay(folder: string, files: readonly InitFile[]): Promise<readonly string[]> {
  const found = await Promise.all(
    files.map(async ({ path }) => {
      const stats = await lstat(join(folder, path)).catch(() => undefined);
      return stats === undefined ? [] : [path];
    }),
  );
  return found.flat();
}

/** Writes every file or none; resolves to what went wrong. A file that has come to be there meanwhile is left as it is. */
export async function writeAll(folder: string, files: readonly InitFile[]): Promise<string | undefined> {
  const written: string[] = [];
  for (const { path, text } of files) {
    const problem = await write(join(folder, path), text, "wx");
    if (problem === undefined) {
      written.push(join(folder, path));
      continue;
    }
    await Promise.all(written.map((file) => rm(file)));
    return `${path} cannot be written, so nothing was: ${problem}`;
  }
  return undefined;
}

/** Writes files that are nobody's work but ours. */
export async function writeOver(folder: string, files: readonly InitFile[]): Promise<string | undefined> {
  for (const { path, text } of files) {
    const problem = await write(join(folder, path), text, "w");
    if (problem !== undefined) return `${path} cannot be written: ${problem}`;
  }
  return undefined;
}

async function write(file: string, text: string, flag: "w" | "wx"): Promise<string | undefined> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { flag });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
