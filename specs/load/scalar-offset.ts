import { isScalar, type Node, Scalar } from "yaml";
import type { SourceText } from "./source-text.ts";

/**
 * Where a character of a scalar's value stands in the file: exact for plain and quoted text on one line and for literal
 * blocks, else the scalar's start (folding loses which line a character came from).
 */
export function scalarOffset(source: SourceText, node: Node | undefined, offset: number): number {
  const [start, end] = node?.range ?? [0, 0];
  if (!isScalar(node) || typeof node.value !== "string" || offset <= 0) return start;
  const written = source.text.slice(start, end);
  if (node.type === Scalar.BLOCK_LITERAL) return start + inLiteralBlock(written, node.value, offset);
  if (written.includes("\n")) return start;
  switch (node.type) {
    case Scalar.PLAIN:
      return start + Math.min(offset, written.length);
    case Scalar.QUOTE_SINGLE:
      return start + walk(written, offset, /^''/);
    case Scalar.QUOTE_DOUBLE:
      return start + walk(written, offset, /^\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)/);
    default:
      return start;
  }
}

/** Steps over `offset` characters of a quoted text, each escape being one. */
function walk(written: string, offset: number, escape: RegExp): number {
  let at = 1;
  for (let count = 0; count < offset && at < written.length; count += 1) {
    at += escape.exec(written.slice(at, at + 10))?.[0].length ?? 1;
  }
  return at;
}

/** Lines of a literal block are those of its value, each behind the block's indentation. */
function inLiteralBlock(written: string, value: string, offset: number): number {
  const lines = written.split("\n");
  const header = lines[0] ?? "";
  const first = lines.slice(1).find((line) => line.trim() !== "") ?? "";
  // An indentation indicator (`|2`) says that the first line's own spaces are text.
  if (/\d/.test(header)) return 0;
  const before = value.slice(0, offset).split("\n");
  const skipped = lines.slice(0, before.length).reduce((sum, line) => sum + line.length + 1, 0);
  const indent = first.length - first.trimStart().length;
  return Math.min(skipped + indent + (before.at(-1) ?? "").length, written.length);
}
