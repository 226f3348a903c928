// Names and texts of specs in Markdown: text stays text, whatever is in it.

/** A page, by its path below the folder of all. */
export interface ReferencePage {
  readonly path: string;
  readonly text: string;
}

/** Text in which nothing is markup (GitHub Flavored Markdown, 6.1 "Backslash escapes"); on one line. */
export function prose(text: string): string {
  return text
    .replaceAll(/\s+/gu, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[\\`*_[\]~|#]/gu, "\\$&");
}

/** A code span that nothing in it ends; a pipe would end the cell of a table around it. */
export function code(text: string): string {
  const line = text.replaceAll(/\s+/gu, " ");
  const runs = [...line.matchAll(/`+/gu)].map(([run]) => run.length);
  const marks = "`".repeat(Math.max(0, ...runs) + 1);
  const inner = /^`|`$/u.test(line) ? ` ${line} ` : line;
  return `${marks}${inner.replaceAll("|", "\\|")}${marks}`;
}

export function fenced(language: string, text: string): string {
  const runs = [...text.matchAll(/`{3,}/gu)].map(([run]) => run.length);
  const marks = "`".repeat(Math.max(2, ...runs) + 1);
  return `${marks}${language}\n${text.trimEnd()}\n${marks}`;
}

/** A table, or nothing where it has no row. Cells are Markdown already. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Parts with a blank line between them; empty ones are left out, and a heading with nothing under it is the caller's to avoid. */
export function page(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** A heading and what stands under it, or nothing. */
export function section(heading: string, body: string): string {
  return body === "" ? "" : `## ${heading}\n\n${body}`;
}
