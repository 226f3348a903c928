// Where things stand on their lines.
import { type CST, isCollection, isMap, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from "yaml";
import type { EditableDocument } from "./editable-document.ts";

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** The end of the line of an offset, before what ends it. */
export function lineEnd(text: string, offset: number): number {
  const next = text.indexOf("\n", offset);
  if (next < 0) return text.length;
  return next > offset && text[next - 1] === "\r" ? next - 1 : next;
}

export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

/** Whether nothing but white space stands before the offset on its line. */
export function isFirstOnLine(text: string, offset: number): boolean {
  return text.slice(lineStart(text, offset), offset).trim() === "";
}

/** The offset after the last line of a block's item or pair, its trailing comment included, before what ends the line. */
export function blockEnd(text: string, node: Node | null | undefined, otherwise: number): number {
  const end = contentEnd(node, otherwise);
  // The text of a block scalar includes the end of its last line.
  if (end > 0 && text[end - 1] === "\n") return text[end - 2] === "\r" ? end - 2 : end - 1;
  return lineEnd(text, end);
}

function contentEnd(node: Node | null | undefined, otherwise: number): number {
  if (node === null || node === undefined) return otherwise;
  const own = node.range?.[1] ?? otherwise;
  if (!isCollection(node) || node.flow === true || node.items.length === 0) return own;
  // The range of a block collection reaches over comments behind it, which are not its own.
  if (isMap(node)) return pairEnd(node.items.at(-1) as Pair<Node, Node | null>, own);
  return isSeq(node) ? itemEnd(node as unknown as YAMLSeq.Parsed, node.items.length - 1) : own;
}

function pairEnd({ key, value }: Pair<Node, Node | null>, otherwise: number): number {
  return contentEnd(value, key.range?.[1] ?? otherwise);
}

/** The end of what a pair holds, on its last line. */
export function pairBlockEnd(text: string, pair: Pair<Node, Node | null>): number {
  return blockEnd(text, pair.value, pair.key.range?.[1] ?? 0);
}

function itemEnd(list: YAMLSeq.Parsed, index: number): number {
  const item = list.items[index] as Node | null;
  const dash = dashOf(list, index);
  return contentEnd(item, dash + 1);
}

/** The end of an item, on its last line. */
export function itemBlockEnd(text: string, list: YAMLSeq.Parsed, index: number): number {
  return blockEnd(text, list.items[index], dashOf(list, index) + 1);
}

/** The offset of the `-` of a block list's item. */
export function dashOf(list: YAMLSeq.Parsed, index: number): number {
  const start = startOf(list, index);
  return start.find(({ type }) => type === "seq-item-ind")?.offset ?? list.range[0];
}

/** The offset where an item's lines begin: of the first of the comments that stand right above it, else of its `-`. */
export function itemBlockStart(text: string, list: YAMLSeq.Parsed, index: number): number {
  const dash = dashOf(list, index);
  const bound = index === 0 ? 0 : itemBlockEnd(text, list, index - 1);
  let start = dash;
  // Between a list's key or an item's end and the next item nothing but comments can stand on lines of their own.
  for (let from = lineStart(text, dash); from > bound && isFirstOnLine(text, dash); ) {
    from = lineStart(text, from - 1);
    if (from < bound) break;
    const comment = /^[ \t]*#/.exec(text.slice(from))?.[0];
    if (comment === undefined) break;
    start = from + comment.length - 1;
  }
  return start;
}

function startOf(list: YAMLSeq.Parsed, index: number): readonly CST.SourceToken[] {
  const token = list.srcToken as CST.BlockSequence | undefined;
  return token?.items[index]?.start ?? [];
}

/** Whether lines below can be written under the collection, as block style allows. */
export function isBlock(node: Node): boolean {
  return isCollection(node) && node.flow !== true;
}

/** The column of a block map's keys. */
export function keyColumn({ text }: EditableDocument, map: YAMLMap.Parsed): number {
  const [first] = map.items;
  return columnOf(text, first?.key.range[0] ?? map.range[0]);
}

/** Lines moved to the right, or to the left as far as they have spaces to give; empty ones stay empty. */
export function shiftLines(text: string, by: number): string {
  return text
    .split("\n")
    .map((line) => {
      if (by < 0) return line.slice(Math.min(-by, line.length - line.trimStart().length));
      return line === "" || line === "\r" ? line : " ".repeat(by) + line;
    })
    .join("\n");
}
