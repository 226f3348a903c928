import { copyFile, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { canonicalJson } from "@lintel/specs";
import { containerFiles } from "./files/container-files.ts";
import { databaseFiles } from "./files/database-files.ts";
import type { Exported, ExportFile } from "./files/export-file.ts";
import { infrastructureFiles } from "./files/infrastructure-files.ts";
import { readmeFile } from "./files/readme-file.ts";

/** The executor's built program and its Dockerfile, on this machine. */
export interface ExecutorParts {
  readonly program: string;
  readonly dockerfile: string;
}

/** Every text of an export; the same specs give the same ones. */
export function exportFiles(exported: Exported): readonly ExportFile[] {
  return [
    readmeFile(exported),
    { path: "image/bundle.json", text: canonicalJson(exported.bundle) },
    ...databaseFiles(exported),
    ...containerFiles(exported),
    ...infrastructureFiles(exported),
  ];
}

/** Whether a folder has anything in it; one that is not there has nothing. */
export async function isTaken(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length > 0;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ENOENT";
  }
}

/** PostgreSQL's parser stands beside the program; only a bundle that holds SQL needs it. */
const parserFiles = ["sql-parser.mjs", "libpg-query.wasm"] as const;

/** Writes an export whole or not at all: beside its place, then into it. @throws Error of the file system */
export async function writeExport(
  folder: string,
  files: readonly ExportFile[],
  parts: ExecutorParts,
  holdsSql: boolean,
): Promise<void> {
  const target = resolve(folder);
  await mkdir(dirname(target), { recursive: true });
  const draft = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  try {
    for (const { path, text } of files) {
      await mkdir(dirname(join(draft, path)), { recursive: true });
      await writeFile(join(draft, path), text);
    }
    await copyFile(parts.program, join(draft, "image", "main.mjs"));
    for (const name of holdsSql ? parserFiles : []) {
      await copyFile(join(dirname(parts.program), name), join(draft, "image", name));
    }
    await copyFile(parts.dockerfile, join(draft, "image", "Dockerfile"));
    await rm(target, { recursive: true, force: true }); // empty, or not there
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}
