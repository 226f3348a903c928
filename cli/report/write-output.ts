import { lstat, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** Writes a file all at once, its folder too; what is no plain file (`/dev/stdout`, a link) is written to. Resolves to what went wrong. */
export async function writeOutput(file: string, text: string): Promise<string | undefined> {
  const target = resolve(file);
  const draft = `${target}.${String(process.pid)}.tmp`;
  try {
    await mkdir(dirname(target), { recursive: true });
    const stats = await lstat(target).catch(() => undefined);
    const isPlain = stats === undefined || stats.isFile();
    await writeFile(isPlain ? draft : target, text);
    if (isPlain) await rename(draft, target);
    return undefined;
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    return `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`;
  }
}
