// Workflow commands: docs.github.com, "Workflow commands for GitHub Actions"; escaped as actions/toolkit does it.
import { type CheckedFolder, type PlacedFinding, pathFrom, subjectOf, worstFirst } from "./checked-folder.ts";
import { printable } from "./printable.ts";
import type { RenderContext } from "./render.ts";
import { countsOf, verdictOf } from "./verdict.ts";

type Severity = "error" | "warning" | "notice";

/** An annotation per error and finding, worst first (GitHub shows ten of a kind), and a line per folder that sums up. */
export function renderGithub(folders: readonly CheckedFolder[], { checkout }: RenderContext): string {
  const errors = folders.flatMap((checked) =>
    checked.report.errors.map(({ file, line, column, code, message, hint }) =>
      command("error", message + (hint === undefined ? "" : `\n${hint}`), {
        file: pathFrom(checkout, checked, file),
        line: String(line),
        col: String(column),
        title: code,
      }),
    ),
  );
  const findings = worstFirst(folders).map((placed) => annotation(placed, checkout));
  const summaries = folders.map(({ folder, report }) => {
    const verdict = verdictOf(report);
    const text = `lintel: ${folder} ${verdict.level ?? "does not compile"}: ${countsOf(verdict)}`;
    return text.replaceAll(/[\r\n]/g, " ");
  });
  return [...errors, ...findings, ...summaries].map((line) => `${line}\n`).join("");
}

function annotation(placed: PlacedFinding, checkout: string): string {
  const { checked, finding } = placed;
  const { file, line, column, rule, message, fix, acknowledged } = finding;
  const text =
    acknowledged === undefined
      ? `${subjectOf(placed)}: ${message}\nfix: ${fix.title}`
      : `${subjectOf(placed)}: ${message}\nacknowledged by ${acknowledged.by} until ${acknowledged.expires}: ${acknowledged.reason}`;
  return command(severityOf(placed), text, {
    ...(file === undefined ? {} : { file: pathFrom(checkout, checked, file) }),
    ...(line === undefined ? {} : { line: String(line) }),
    ...(column === undefined ? {} : { col: String(column) }),
    title: rule,
  });
}

function severityOf({ finding: { level, acknowledged } }: PlacedFinding): Severity {
  if (acknowledged !== undefined) return "notice";
  return level === "red" ? "error" : "warning";
}

function command(severity: Severity, message: string, properties: Readonly<Record<string, string>>): string {
  const written = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  return `::${severity} ${written.join(",")}::${escapeData(printable(message))}`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
