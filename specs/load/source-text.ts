import type { SourcePosition } from "../diagnostic.ts";

/** The text of one spec file, without a byte order mark; `file` is relative to the spec folder, with `/`. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
  /** Where each line starts, for whoever asks for many positions. */
  readonly lineStarts?: readonly number[];
}

/** The source with its lines found once. */
export function indexedSource(file: string, text: string): SourceText {
  return { file, text, lineStarts: lineStartsOf(text) };
}

function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** Line and column (from 1, in UTF-16 code units) of an offset; `\r\n` and `\n` end lines. */
export function positionAt(source: SourceText, offset: number): SourcePosition {
  const starts = source.lineStarts ?? lineStartsOf(source.text);
  const at = Math.min(Math.max(0, offset), source.text.length);
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return { file: source.file, line: low + 1, column: at - (starts[low] ?? 0) + 1 };
}

const frameWidth = 120;

/** The line before a place, its own with a caret below, and the one after. */
export function frameAt(source: SourceText, position: SourcePosition): string {
  const first = Math.max(0, position.line - 2);
  const gutter = String(position.line + 1).length;
  const shown = linesOf(source, first, position.line + 1).flatMap((line, index) => {
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

/** Lines from `first` (counted from 0) up to, and not with, `end`. */
function linesOf(source: SourceText, first: number, end: number): readonly string[] {
  const starts = source.lineStarts ?? lineStartsOf(source.text);
  const [from, to] = [starts[first] ?? source.text.length, starts[end] ?? source.text.length + 1];
  const text = source.text.slice(from, to - 1);
  return text.split("\n").map((line) => line.replace(/\r$/, ""));
}
