import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { frameAt } from "@lintel/specs";
import type { CheckedFinding, CheckReport } from "./check-report.ts";

/** The source frame of a finding; empty where its place is not known. */
export type FrameOf = (finding: CheckedFinding) => string;

/** Reads the files that a report's findings stand in; one that is gone by now has no frame. */
export async function framesOf(folder: string, report: CheckReport): Promise<FrameOf> {
  const findings = [...report.tools.flatMap((tool) => tool.findings), ...report.findings];
  const names = [...new Set(findings.flatMap(({ file }) => file ?? []))];
  const texts = new Map<string, string>();
  for (const name of names) {
    const text = await readFile(join(folder, name), "utf8").catch(() => undefined);
    if (text !== undefined) texts.set(name, text.replace(/^\uFEFF/, ""));
  }
  return ({ file, line, column }) => {
    const text = file === undefined ? undefined : texts.get(file);
    if (file === undefined || text === undefined || line === undefined || column === undefined) return "";
    return frameAt({ file, text }, { file, line, column });
  };
}
