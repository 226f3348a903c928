import type { Finding } from "@lintel/policypack/risk";
import type { SpecText } from "@lintel/specs";
import { printable } from "../report/printable.ts";

/** Most lines of a flow that a comment shows. */
const longestPart = 12;

/** What is accepted, as lines of a comment: the place, what was found there, and the part of the flow as it is written. */
export function acceptedPart({ file, line, message }: Finding, files: readonly SpecText[]): readonly string[] {
  const text = files.find(({ path }) => path === file)?.text;
  if (file === undefined || line === undefined || text === undefined) return [printable(message)];
  const part = partAt(text.split(/\r?\n/), line - 1).map((each) => printable(`    ${each}`));
  return [`${file}:${String(line)}`, `  ${printable(message)}`, ...part];
}

/** A line and those that are indented under it. */
function partAt(lines: readonly string[], at: number): readonly string[] {
  const indent = indentOf(lines[at] ?? "");
  const next = lines.findIndex((line, index) => index > at && line.trim() !== "" && indentOf(line) <= indent);
  const part = lines.slice(at, next < 0 ? lines.length : next).map((line) => line.slice(indent).trimEnd());
  const filled = part.slice(0, part.findLastIndex((line) => line !== "") + 1);
  return filled.length > longestPart ? [...filled.slice(0, longestPart), "..."] : filled;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
