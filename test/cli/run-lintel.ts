import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "@lintel/cli";
import { afterAll } from "vitest";
import { designFolder, toolWith } from "../specs/design-files.ts";

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs the command in this process. */
export async function lintel(
  args: readonly string[],
  { isTerminal = false, now = "2026-06-01" }: { readonly isTerminal?: boolean; readonly now?: string } = {},
): Promise<Run> {
  let out = "";
  let error = "";
  const code = await runCommand(args, {
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
    isTerminal,
    now: () => new Date(`${now}T12:00:00Z`),
  });
  return { code, out, error };
}

/** A folder that is removed when the file's tests are over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "lintel-cli-"));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** The fixture without what is Yellow in it, and with the given files, below a folder. */
export function specsIn(parent: string, name: string, files: Readonly<Record<string, string>> = {}): string {
  const folder = join(parent, name);
  cpSync(designFolder, folder, { recursive: true });
  rmSync(join(folder, "acknowledgements.yaml"));
  rmSync(join(folder, "scenarios"), { recursive: true });
  rmSync(join(folder, "tools/confirm-reservation.yaml"));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  return folder;
}

export const yellowTool: string = toolWith(
  `  - { id: call, type: http, provider: housekeeping, method: GET, url: /x, timeout: 1s }`,
);
export const redTool: string = toolWith(`  - { id: drop, type: sql, statement: DELETE FROM app.room }`);
