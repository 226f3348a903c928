import type { DiffReport, PlacedChange } from "./diff-report.ts";
import { markdownCell, markdownCode } from "./markdown-text.ts";
import { summary } from "./print-text.ts";

/** Rows of a table: nobody reads more, and a comment has an end. */
const mostRows = 100;

const signs = { breaking: "🔴", warning: "🟡", info: "ℹ️" } as const;

/** One sentence, a table of what breaks or warns, and the rest behind a click. */
export function printMarkdown(report: DiffReport, isQuiet: boolean): string {
  const { changes } = report;
  const loud = changes.filter(({ level }) => level !== "info");
  const quiet = isQuiet ? [] : changes.filter(({ level }) => level === "info");
  const sign = changes.some(({ level }) => level === "breaking")
    ? signs.breaking
    : loud.length > 0
      ? signs.warning
      : "🟢";
  const parts = [
    `${sign} ${markdownCell(summary(report))}.`,
    ...(loud.length === 0 ? [] : [table(loud)]),
    ...(quiet.length === 0
      ? []
      : [`<details><summary>${String(quiet.length)} compatible</summary>\n\n${table(quiet)}\n\n</details>`]),
  ];
  return `${parts.join("\n\n")}\n`;
}

function table(changes: readonly PlacedChange[]): string {
  const rows = changes.slice(0, mostRows).map((change) => {
    const { level, kind, name, rule, message, file, line } = change;
    const place = file === undefined ? "" : markdownCode(`${file}:${String(line)}`);
    return `| ${signs[level]} | ${kind} ${markdownCode(name)}<br>${markdownCell(message)} | ${markdownCode(rule)} | ${place} |`;
  });
  const more = changes.length - rows.length;
  const rest = more > 0 ? `\n\n… and ${String(more)} more.` : "";
  return `| | what | rule | where |\n|---|---|---|---|\n${rows.join("\n")}${rest}`;
}
