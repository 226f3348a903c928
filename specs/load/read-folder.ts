import { type Dirent, promises as fs, type Stats } from "node:fs";
import { join, sep } from "node:path";
import type { Diagnostic } from "../diagnostic.ts";
import type { DiagnosticCode } from "../diagnostic-codes.ts";
import { editDistance } from "./did-you-mean.ts";
import { maximumFileSize } from "./load-files.ts";
import { diagnosticAt, type Values } from "./report.ts";
import { type SpecText, specExtension, specFolders, specSingles } from "./spec-file.ts";

/** Most files of one spec folder. */
const maximumFiles = 20_000;
const maximumFolderDepth = 4;

export interface ReadFolder {
  readonly files: readonly SpecText[];
  readonly diagnostics: readonly Diagnostic[];
}

interface Reading {
  /** The folder's real path: nothing outside it is read. */
  readonly root: string;
  readonly files: SpecText[];
  readonly sink: Diagnostic[];
}

/** Reads a spec folder; what cannot or must not be read is a diagnostic, never an exception. */
export async function readSpecFolder(folder: string): Promise<ReadFolder> {
  const sink: Diagnostic[] = [];
  const files: SpecText[] = [];
  try {
    const root = await fs.realpath(folder);
    const reading: Reading = { root, files, sink };
    for (const entry of await entriesOf(root)) await readTop(entry, reading);
  } catch (error) {
    const reason = reasonOf(error);
    problem({ sink }, "unreadable-folder", ".", { name: folder, reason }, remedies[reason]);
  }
  return { files, diagnostics: sink };
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  const entries = await fs.readdir(folder, { withFileTypes: true });
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function readTop(entry: Dirent, reading: Reading): Promise<void> {
  const { name } = entry;
  if (specFolders.includes(name)) return readEntry(entry, name, reading, 1);
  const stem = name.replace(specExtension, "");
  if (name !== stem && specSingles.includes(stem)) return readEntry(entry, name, reading, 0);
  // Other things may stand beside the specs; what looks like a misspelt part of them must not be passed over.
  const wanted = (name === stem ? specFolders : specSingles).find((known) => isNear(stem, known));
  if (wanted !== undefined) problem(reading, "misspelt-file", name, { name, wanted });
}

function isNear(name: string, known: string): boolean {
  return name !== "" && !name.startsWith(".") && editDistance(name.toLowerCase(), known) <= 2;
}

async function readEntry(entry: Dirent, path: string, reading: Reading, depth: number): Promise<void> {
  try {
    const real = await fs.realpath(join(reading.root, path));
    const stat = await fs.stat(real);
    const refusal = refusalOf(entry, path, real, stat, reading, depth);
    if (refusal !== undefined) problem(reading, refusal, path, { name: path });
    else if (stat.isDirectory()) await readSubfolder(path, reading, depth);
    else if (specExtension.test(path)) await readFile(real, path, stat.size, reading);
  } catch (error) {
    const reason = reasonOf(error);
    problem(reading, "unreadable-file", path, { name: path, reason }, remedies[reason]);
  }
}

type Refusal = "outside-folder" | "not-a-folder" | "not-a-file" | "unknown-extension";

/** Why a file or folder is not read, if it must not be. Depth 0 is a single file, 1 a folder of specs. */
function refusalOf(
  entry: Dirent,
  path: string,
  real: string,
  stat: Stats,
  { root }: Reading,
  depth: number,
): Refusal | undefined {
  if (real !== root && !real.startsWith(root + sep)) return "outside-folder";
  if (stat.isDirectory()) return depth === 0 ? "not-a-file" : undefined;
  if (depth === 1 && path === entry.name) return "not-a-folder";
  if (!stat.isFile()) return "not-a-file";
  // Notes may lie beside the specs; any other file there was meant to be read.
  return specExtension.test(path) || /\.(md|txt)$/.test(path) ? undefined : "unknown-extension";
}

async function readSubfolder(path: string, reading: Reading, depth: number): Promise<void> {
  if (depth > maximumFolderDepth) {
    problem(reading, "folder-too-deep", path, { name: path, maximum: String(maximumFolderDepth) });
    return;
  }
  for (const entry of await entriesOf(join(reading.root, path))) {
    if (entry.name.startsWith(".")) continue;
    await readEntry(entry, `${path}/${entry.name}`, reading, depth + 1);
  }
}

async function readFile(real: string, path: string, size: number, reading: Reading): Promise<void> {
  if (size > maximumFileSize) {
    const shown = `${(size / 1024 / 1024).toFixed(1)} MiB`;
    problem(reading, "file-too-large", path, { size: shown, maximum: "1 MiB" });
    return;
  }
  if (reading.files.length >= maximumFiles) {
    if (reading.files.length === maximumFiles)
      problem(reading, "too-many-files", path, { maximum: String(maximumFiles) });
    return;
  }
  const bytes = await fs.readFile(real);
  try {
    reading.files.push({ path, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) });
  } catch {
    const text = bytes.toString("utf8");
    const offset = text.indexOf("\uFFFD");
    reading.sink.push(diagnosticAt("bad-utf8", { file: path, text }, Math.max(0, offset), {}));
  }
}

function problem<C extends DiagnosticCode>(
  { sink }: Pick<Reading, "sink">,
  code: C,
  file: string,
  values: Values<C>,
  hint?: string,
): void {
  sink.push(diagnosticAt(code, { file, text: "" }, 0, values, hint));
}

/** What to do, by the system's reason. */
const remedies: Readonly<Record<string, string>> = {
  EACCES: "let the user that runs this read it (chmod, chown), or move it out of the spec folder",
  EPERM: "let the user that runs this read it (chmod, chown), or move it out of the spec folder",
  ENOENT: "it is not there, or is a link to what is not there: remove the link, or put back what it leads to",
  ELOOP: "the link leads to itself; remove it",
};

function reasonOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "it cannot be read";
}
