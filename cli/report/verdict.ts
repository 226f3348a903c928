import type { RiskLevel } from "@lintel/specs";
import { exitCodes } from "../exit-codes.ts";
import type { CheckReport } from "./check-report.ts";

/** What a report comes to. `level` is the worst finding's, acknowledged or not; null where the specs do not compile. */
export interface Verdict {
  readonly level: RiskLevel | null;
  readonly red: number;
  /** Yellow findings that no valid acknowledgement accepts. */
  readonly yellow: number;
  readonly acknowledged: number;
  readonly tools: number;
  readonly errors: number;
}

export function verdictOf({ level, tools, findings, errors }: CheckReport): Verdict {
  const all = [...tools.flatMap((tool) => tool.findings), ...findings];
  const open = all.filter(({ acknowledged }) => acknowledged === undefined);
  return {
    level,
    red: open.filter((finding) => finding.level === "red").length,
    yellow: open.filter((finding) => finding.level === "yellow").length,
    acknowledged: all.length - open.length,
    tools: tools.length,
    errors: errors.length,
  };
}

/** Worst first: a Red of one folder outweighs another that does not compile, and that outweighs a Yellow. */
const severity: readonly number[] = [
  exitCodes.internal,
  exitCodes.red,
  exitCodes.usage,
  exitCodes.nothing,
  exitCodes.yellow,
  exitCodes.green,
];

/** The exit code of one report. */
export function exitCodeOf(report: CheckReport): number {
  const { level, red, yellow } = verdictOf(report);
  if (level === null) return exitCodes.usage;
  if (red > 0) return exitCodes.red;
  return yellow > 0 ? exitCodes.yellow : exitCodes.green;
}

/** The exit code that speaks for several. */
export function worstExitCode(codes: readonly number[]): number {
  return severity.find((code) => codes.includes(code)) ?? exitCodes.green;
}

/** `2 red, 1 yellow, 3 acknowledged, 21 tools`. */
export function countsOf(verdict: Verdict): string {
  if (verdict.level === null) return counted(verdict.errors, "error");
  const { red, yellow, acknowledged, tools } = verdict;
  const accepted = acknowledged === 0 ? [] : [`${String(acknowledged)} acknowledged`];
  return [`${String(red)} red`, `${String(yellow)} yellow`, ...accepted, counted(tools, "tool")].join(", ");
}

export function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? "" : "s"}`;
}
