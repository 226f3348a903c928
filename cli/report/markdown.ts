import type { Diagnostic } from "@lintel/specs";
import { type CheckedFolder, type PlacedFinding, pathFrom, subjectOf, worstFirst } from "./checked-folder.ts";
import { cell, codeSpan, details, fence, prose } from "./markdown-text.ts";
import type { RenderContext } from "./render.ts";
import { counted, countsOf, verdictOf } from "./verdict.ts";

/** Rows of a table and details below it: a comment has 64 KiB, and nobody reads more. */
const mostRows = 50;

/** One sentence, a table with the worst first, details collapsed; three narrow columns, so that a phone shows it. */
export function renderMarkdown(folders: readonly CheckedFolder[], { checkout }: RenderContext): string {
  const errors = folders.flatMap(({ report }) => report.errors);
  const placed = worstFirst(folders);
  const rows = [
    ...folders.flatMap((checked) => checked.report.errors.map((error) => errorRow(checked, error, checkout))),
    ...placed.map((each) => findingRow(each, checkout)),
  ];
  const open = placed.filter(({ finding }) => finding.acknowledged === undefined);
  const details = [...errors.map(errorDetails), ...open.map(findingDetails)];
  const parts = [
    ...folders.map(sentence),
    ...(rows.length === 0 ? [] : [table(rows.slice(0, mostRows))]),
    ...(rows.length > mostRows ? [`… and ${counted(rows.length - mostRows, "row")} more.`] : []),
    ...details.slice(0, mostRows),
  ];
  return `${parts.join("\n\n")}\n`;
}

function sentence({ folder, report }: CheckedFolder): string {
  const verdict = verdictOf(report);
  const name = codeSpan(folder);
  if (verdict.level === null) return `❌ ${name} does not compile: ${counted(verdict.errors, "error")}.`;
  const digest = `\`${(report.digest ?? "").slice(0, 19)}\``;
  const [sign, what] = outcomeOf(verdict.red, verdict.yellow);
  return `${sign} ${name} ${what}: ${countsOf(verdict)} (${digest}).`;
}

function outcomeOf(red: number, yellow: number): readonly [string, string] {
  if (red > 0) return [signs.red, "is **blocked**"];
  if (yellow > 0) return [signs.yellow, "needs **acknowledgements**"];
  return [signs.green, "**deploys**"];
}

const signs = { red: "🔴", yellow: "🟡", green: "🟢" } as const;

function table(rows: readonly string[]): string {
  return ["| | what | where |", "|---|---|---|", ...rows].join("\n");
}

function errorRow(checked: CheckedFolder, { file, line, code, message }: Diagnostic, base: string): string {
  return `| ❌ | ${codeSpan(code)}<br>${cell(message)} | ${place(pathFrom(base, checked, file), line)} |`;
}

function findingRow(placed: PlacedFinding, base: string): string {
  const { checked, finding } = placed;
  const { rule, level, file, line, message, acknowledged } = finding;
  const sign = acknowledged === undefined ? signs[level] : "✔️";
  const accepted =
    acknowledged === undefined ? "" : `<br>accepted by ${cell(acknowledged.by)} until ${cell(acknowledged.expires)}`;
  const where = file === undefined ? codeSpan(checked.folder) : place(pathFrom(base, checked, file), line);
  return `| ${sign} | ${codeSpan(rule)} in ${codeSpan(subjectOf(placed))}<br>${cell(message)}${accepted} | ${where} |`;
}

function errorDetails({ code, file, line, hint, frame }: Diagnostic): string {
  const text = hint === undefined ? "" : `${prose(hint)}\n\n`;
  return details(`${file}:${String(line)} ${code}`, `${text}${fence(frame)}`);
}

function findingDetails(placed: PlacedFinding): string {
  const { checked, finding } = placed;
  const { rule, level, fix, fingerprint } = finding;
  const accept = level === "yellow" ? `\n\nFingerprint: \`${fingerprint}\`` : "";
  const summary = `${rule} in ${subjectOf(placed)}`;
  return details(summary, `${fence(checked.frameOf(finding))}\n\nFix: ${prose(fix.title)}.${accept}`);
}

function place(path: string, line: number | undefined): string {
  return codeSpan(line === undefined ? path : `${path}:${String(line)}`);
}
