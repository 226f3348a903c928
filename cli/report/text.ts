import { styleText } from "node:util";
import type { Diagnostic } from "@lintel/specs";
import type { CheckedFinding, CheckReport } from "./check-report.ts";
import type { FrameOf } from "./frames.ts";

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

function painter(isTerminal: boolean): Paint {
  // The terminal was asked already; styleText would ask standard output again.
  return (style, text) => (isTerminal ? styleText(style, text, { validateStream: false }) : text);
}

/** Spec errors, each with its frame and hint, and one line that counts them. */
export function printErrors(errors: readonly Diagnostic[], isTerminal: boolean): string {
  const paint = painter(isTerminal);
  const blocks = errors.map(({ file, line, column, code, message, hint, frame }) => {
    const place = `${file}:${String(line)}:${String(column)}`;
    const lines = [`${paint("bold", place)} ${paint("red", "error")} ${paint("dim", code)} ${message}`];
    if (frame !== "") lines.push(indent(frame));
    if (hint !== undefined) lines.push(`  ${paint("cyan", "hint:")} ${hint}`);
    return lines.join("\n");
  });
  const files = new Set(errors.map(({ file }) => file)).size;
  const summary = `${counted(errors.length, "error")} in ${counted(files, "file")}`;
  return `${[...blocks, paint("bold", summary)].join("\n\n")}\n`;
}

/** Findings with their frames, worst first, and one line that sums up. */
export function printReport(report: CheckReport, frameOf: FrameOf, isTerminal: boolean): string {
  const paint = painter(isTerminal);
  const all = [...report.tools.flatMap(({ name, findings }) => findings.map((finding) => ({ name, finding })))];
  const orphans = report.findings.map((finding) => ({ name: "acknowledgements", finding }));
  const sorted = [...all, ...orphans].sort((a, b) => rank(a.finding) - rank(b.finding));
  const blocks = sorted.map(({ name, finding }) => printFinding(name, finding, frameOf(finding), paint));
  return `${[
    ...blocks,
    summaryOf(
      report,
      sorted.map(({ finding }) => finding),
      paint,
    ),
  ].join("\n\n")}\n`;
}

function rank({ level, acknowledged }: CheckedFinding): number {
  if (level === "red") return 0;
  return acknowledged === undefined ? 1 : 2;
}

function printFinding(tool: string, finding: CheckedFinding, frame: string, paint: Paint): string {
  const { rule, level, file, line, column, node, message, fix, fingerprint, acknowledged } = finding;
  const place = file === undefined ? tool : `${file}:${String(line)}:${String(column)}`;
  const subject = node === undefined ? tool : `${tool}/${node}`;
  const lines = [`${paint("bold", place)} ${paint(level, level)} ${paint("bold", rule)} ${subject}: ${message}`];
  if (frame !== "") lines.push(indent(frame));
  lines.push(`  ${paint("cyan", "fix:")} ${fix.title}`);
  if (acknowledged !== undefined) {
    lines.push(`  acknowledged by ${acknowledged.by} until ${acknowledged.expires}: ${acknowledged.reason}`);
  } else if (level === "yellow") lines.push(`  ${paint("dim", `fingerprint: ${fingerprint}`)}`);
  return lines.join("\n");
}

function summaryOf(report: CheckReport, findings: readonly CheckedFinding[], paint: Paint): string {
  const count = (wanted: number) => findings.filter((finding) => rank(finding) === wanted).length;
  const [red, yellow, accepted] = [count(0), count(1), count(2)];
  const level = report.level ?? "green";
  const parts = [
    `${String(red)} red`,
    `${String(yellow)} yellow`,
    ...(accepted === 0 ? [] : [`${String(accepted)} acknowledged`]),
    counted(report.tools.length, "tool"),
  ];
  return `${paint(["bold", level], level)}: ${parts.join(", ")}, ${report.digest ?? ""}`;
}

function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? "" : "s"}`;
}

function indent(text: string): string {
  return text.replace(/^/gm, "  ");
}
