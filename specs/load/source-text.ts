import type { SourcePosition } from "../diagnostic.ts";

/** The text of one spec file, without a byte order mark; `file` is relative to the spec folder, with `/`. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
}

/** Line and column (from 1, in UTF-16 code units) of an offset; `\r\n` and `\n` end lines. */
export function positionAt(source: SourceText, offset: number): SourcePosition {
  const before = source.text.slice(0, Math.max(0, offset));
  const lineStart = before.lastIndexOf("\n") + 1;
  let line = 1;
  for (let at = before.indexOf("\n"); at >= 0; at = before.indexOf("\n", at + 1)) line += 1;
  return { file: source.file, line, column: before.length - lineStart + 1 };
}

const frameWidth = 120;

/** The line before a place, its own with a caret below, and the one after. */
export function frameAt(source: SourceText, position: SourcePosition): string {
  const lines = source.text.split("\n", position.line + 1).map((line) => line.replace(/\r$/, ""));
  const first = Math.max(0, position.line - 2);
  const gutter = String(position.line + 1).length;
  const shown = lines.slice(first).flatMap((line, index) => {
    const number = first + index + 1;
    // A long line is shown around the place only.
    const skipped = number === position.line ? Math.max(0, position.column - frameWidth) : 0;
    const text = line.slice(skipped, skipped + frameWidth).replaceAll("\t", " ");
    const row = `${String(number).padStart(gutter)} | ${text}`.trimEnd();
    return number === position.line
      ? [row, `${" ".repeat(gutter)} | ${" ".repeat(position.column - 1 - skipped)}^`]
      : [row];
  });
  return shown.join("\n");
}
