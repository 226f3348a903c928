// The executor as it is shipped, for tests of what it refuses: as an image for the emulator, and as a process.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildProgram } from "@lintel/executor";
import { type Bundle, canonicalJson } from "@lintel/specs";
import type { Stack } from "./stack-harness.ts";

/** Builds the program into a folder and answers its file. */
export function buildExecutor(folder: string): Promise<string> {
  return buildProgram(`${folder}/main.mjs`);
}

/** Writes the program with a bundle as an image that the emulator runs; answers its reference. */
export function executorImage(stack: Stack, name: string, program: string, bundle: Bundle): string {
  const files = { "main.mjs": readFileSync(program, "utf8"), "bundle.json": canonicalJson(bundle) };
  return stack.writeImage(name, files, ["node", "main.mjs"]);
}

/** Writes a bundle beside the project; answers its `file:` URL. */
export function writeBundle(stack: Stack, bundle: Bundle): string {
  stack.write({ "../bundle.json": canonicalJson(bundle) });
  return pathToFileURL(join(stack.folder, "..", "bundle.json")).href;
}

/** How a process ended that should not have begun to serve. */
export interface Refusal {
  readonly code: number;
  readonly output: string;
}

/** Runs a command of the executor to its end, with nothing but this environment; one that serves is ended after a minute. */
export function runExecutor(
  program: string,
  command: "serve" | "migrate",
  environment: Readonly<Record<string, string>>,
): Promise<Refusal> {
  return new Promise((resolve) => {
    const options = { env: { ...environment }, timeout: 60_000 };
    execFile(process.execPath, [program, command], options, (error, stdout, stderr) => {
      const code = typeof error?.code === "number" ? error.code : error === null ? 0 : 1;
      resolve({ code, output: stdout + stderr });
    });
  });
}
