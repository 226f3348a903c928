import { printable } from "../report/printable.ts";

/** Text as text: no markup, no mention of a person, no reference to an issue, no way out of its table cell. */
export function markdownCell(text: string): string {
  return printable(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[\\`*_[\]~|]/g, "\\$&")
    .replaceAll(/[@#](?=[\w-])/g, "$&\u2060")
    .replaceAll(/\s*\n\s*/g, " ");
}

/** A span in which a backtick cannot end it, nor a pipe the cell around it. */
export function markdownCode(text: string): string {
  return `\`${printable(text).replaceAll(/\s+/g, " ").replaceAll("`", "'").replaceAll("|", "\\|")}\``;
}
