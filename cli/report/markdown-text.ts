// Text of a stranger's specs inside Markdown: it must not become markup, a mention or a way out of its cell.
import { printable } from "./printable.ts";

/** A block that a click opens. */
export function details(summary: string, body: string): string {
  return `<details><summary>${escapeHtml(printable(summary))}</summary>\n\n${body}\n\n</details>`;
}

/** Text as text: no markup, no mention of a person, no reference to an issue, no way out of its table cell. */
export function cell(text: string): string {
  return prose(text)
    .replaceAll("|", "\\|")
    .replaceAll(/\s*\n\s*/g, " ");
}

/** As `cell`, of several lines. */
export function prose(text: string): string {
  return escapeHtml(printable(text))
    .replaceAll(/[\\`*_[\]~]/g, "\\$&")
    .replaceAll(/[@#](?=[\w-])/g, "$&\u2060");
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** A span in which a backtick cannot end it; a pipe would end a table's cell even there. */
export function codeSpan(text: string): string {
  const plain = printable(text).replaceAll(/\s+/g, " ").replaceAll("`", "'");
  return `\`${plain.replaceAll("|", "\\|")}\``;
}

/** A block whose fence is longer than any run of backticks in it. */
export function fence(text: string): string {
  const runs = [...text.matchAll(/`{3,}/g)].map(([run]) => run.length);
  const marks = "`".repeat(Math.max(2, ...runs) + 1);
  return text === "" ? "" : `${marks}\n${printable(text)}\n${marks}`;
}
