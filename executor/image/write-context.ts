import { copyFile, mkdir, rm, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { needsSqlParser } from "@lintel/policypack/risk";
import { type Bundle, canonicalJson } from "@lintel/specs";
import { billFile, buildProgram, sqlParserFiles } from "../build.ts";

export interface ImageContext {
  readonly bundle: Bundle;
  /** Made when it is not there. */
  readonly folder: string;
  /** The program, built before; otherwise it is built into the folder. */
  readonly program?: string;
}

/** How the image runs where there is no container engine: for runtimes that start a process in the folder. */
const processImage = { command: ["node", "main.mjs"], env: {} };

/**
 * Lays out everything that the executor's image is built from: `main.mjs` with its bill of materials, `bundle.json` (canonical and
 * of a fixed time, so that the same specs give the same layer), `Dockerfile` and `image.json`.
 */
export async function writeImageContext({ bundle, folder, program }: ImageContext): Promise<void> {
  await mkdir(folder, { recursive: true });
  const target = join(folder, "main.mjs");
  if (program === undefined) await buildProgram(target);
  else {
    await copyFile(program, target);
    await copyFile(join(dirname(program), billFile), join(folder, billFile));
  }
  await placeParser(bundle, folder, program);
  const bundleFile = join(folder, "bundle.json");
  await writeFile(bundleFile, canonicalJson(bundle));
  await utimes(bundleFile, 0, 0);
  await copyFile(join(import.meta.dirname, "Dockerfile"), join(folder, "Dockerfile"));
  await writeFile(join(folder, "image.json"), `${JSON.stringify(processImage)}\n`);
}

/** Beside the program where the bundle holds SQL, and not where it does not. */
async function placeParser({ tools }: Bundle, folder: string, program: string | undefined): Promise<void> {
  const isNeeded = needsSqlParser(tools);
  for (const name of sqlParserFiles) {
    if (!isNeeded) await rm(join(folder, name), { force: true });
    else if (program !== undefined) await copyFile(join(dirname(program), name), join(folder, name));
  }
}
