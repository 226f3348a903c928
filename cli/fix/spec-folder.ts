import { randomBytes } from "node:crypto";
import { chmod, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type Diagnostic, readSpecFolder, type SpecText } from "@lintel/specs";

/** A spec folder as it was read, so that nobody's later change is written over. */
export interface SpecFolder {
  readonly folder: string;
  readonly files: readonly SpecText[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A file that was not written, because that would do harm. */
export class WriteError extends Error {
  override readonly name = "WriteError";
}

export async function openSpecFolder(folder: string): Promise<SpecFolder> {
  const { files, diagnostics } = await readSpecFolder(folder);
  return { folder, files, diagnostics };
}

interface Prepared {
  readonly path: string;
  readonly target: string;
  readonly temporary: string;
}

/**
 * Writes the files that differ from those that were read: each whole or not at all, and none when one of them was changed
 * meanwhile. Resolves to the paths written.
 * @throws WriteError when a file was changed since it was read, or cannot be written.
 */
export async function writeSpecs(opened: SpecFolder, files: readonly SpecText[]): Promise<readonly string[]> {
  const before = new Map(opened.files.map(({ path, text }) => [path, text]));
  const changed = files.filter(({ path, text }) => before.get(path) !== text);
  const prepared: Prepared[] = [];
  try {
    for (const { path, text } of changed) prepared.push(await prepare(opened.folder, path, text, before.get(path)));
    for (const { path } of changed) await current(opened.folder, path, before.get(path));
    for (const { temporary, target } of prepared) await rename(temporary, target);
    return changed.map(({ path }) => path);
  } catch (error) {
    if (error instanceof WriteError) throw error;
    throw new WriteError(`the specs cannot be written (${error instanceof Error ? error.message : String(error)})`);
  } finally {
    await Promise.all(prepared.map(({ temporary }) => rm(temporary, { force: true })));
  }
}

/** Writes a text beside its file, with the file's own mode and byte order mark. */
async function prepare(folder: string, path: string, text: string, before: string | undefined): Promise<Prepared> {
  const mark = await current(folder, path, before);
  const target = before === undefined ? join(folder, path) : await realpath(join(folder, path));
  // The administrator may write to what others may not; the mode still says that nobody should.
  if (before !== undefined && ((await stat(target)).mode & 0o222) === 0) {
    throw new WriteError(`${path} is read-only; nothing is written`);
  }
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}`);
  await writeFile(temporary, mark + text, { flag: "wx" });
  if (before !== undefined) await chmod(temporary, (await stat(target)).mode);
  return { path, target, temporary };
}

/** The byte order mark of a file that still is what was read. @throws WriteError when it is not. */
async function current(folder: string, path: string, before: string | undefined): Promise<string> {
  const now = await readFile(join(folder, path), "utf8").catch(() => undefined);
  const mark = now?.startsWith("\uFEFF") === true ? "\uFEFF" : "";
  if (now?.slice(mark.length) === before) return mark;
  throw new WriteError(`${path} was changed meanwhile; nothing is written, run the command again`);
}
