import type { YAMLSeq } from "yaml";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { Path } from "../load/yaml-span.ts";
import {
  columnOf,
  dashOf,
  isBlock,
  isFirstOnLine,
  itemBlockEnd,
  itemBlockStart,
  keyColumn,
  lineEnd,
  lineStart,
  shiftLines,
} from "./block-lines.ts";
import { EditError } from "./edit-error.ts";
import { cutLines, type Ways } from "./edit-map.ts";
import { lastOf, noSuchPlace, parentOf } from "./edit-operation.ts";
import { type EditableDocument, listAt, mapAt } from "./editable-document.ts";
import { appendToFlow, extentsOf, insertBefore, removeFromFlow } from "./flow-items.ts";
import { printPair, printValue } from "./print-value.ts";
import type { Splice } from "./text-edit.ts";

/** Longest item that is written on one line. */
const longestLine = 110;

/** Ways to put a new item into a list. */
export function insertItem(
  document: EditableDocument,
  path: Path,
  index: number,
  value: JsonValue,
  comment: readonly string[] = [],
): Ways {
  const list = listAt(document, path);
  const lines = [...comment.map((line) => `# ${line}`.trimEnd()), ...printItem(value)];
  if (!isBlock(list)) {
    const inline = insertFlowText(document, list, index, printValue(value, document.format));
    return comment.length > 0 && list.items.length === 0 ? [...opened(document, path, list, lines), ...inline] : inline;
  }
  return insertBlockLines(document, list, index, lines);
}

/** Lines below the key of an empty `[]`, which has no place for a comment. */
function opened(document: EditableDocument, path: Path, list: YAMLSeq.Parsed, lines: readonly string[]): Ways {
  const map = mapAt(document, parentOf(path));
  if (!isBlock(map) || document.format === "json") return [];
  const { text, eol } = document;
  const [start, end] = list.range;
  const gap = /[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0;
  const block = shiftLines(lines.join("\n"), keyColumn(document, map) + 2).replaceAll("\n", eol);
  // A comment behind the brackets stays on their line.
  return [
    [
      { offset: start - gap, length: end - start + gap, text: "" },
      { offset: lineEnd(text, end), length: 0, text: eol + block },
    ],
  ];
}

/** A map's keys on lines of their own where they are too long for one. */
function printItem(value: JsonValue): readonly string[] {
  const line = `- ${printValue(value, "yaml")}`;
  if (line.length <= longestLine || !isJsonObject(value)) return [line];
  return Object.entries(value).map((pair, index) => `${index === 0 ? "- " : "  "}${printPair(pair, "yaml")}`);
}

function insertBlockLines(
  { text, eol }: EditableDocument,
  list: YAMLSeq.Parsed,
  index: number,
  lines: readonly string[],
): Ways {
  const column = columnOf(text, dashOf(list, 0));
  const block = shiftLines(lines.join("\n"), column).replaceAll("\n", eol);
  if (index > 0) return [[{ offset: itemBlockEnd(text, list, index - 1), length: 0, text: eol + block }]];
  const first = dashOf(list, 0);
  if (!isFirstOnLine(text, first))
    return [[{ offset: first, length: 0, text: block.trimStart() + eol + " ".repeat(column) }]];
  return [[{ offset: lineStart(text, itemBlockStart(text, list, 0)), length: 0, text: block + eol }]];
}

function insertFlowText(document: EditableDocument, list: YAMLSeq.Parsed, index: number, added: string): Ways {
  const at = extentsOf(list)[index];
  return at === undefined ? appendToFlow(document, list, added) : [insertBefore(document, at, added)];
}

/** Ways to take an item out of a list. */
export function removeItem(document: EditableDocument, path: Path): Ways {
  const list = listAt(document, parentOf(path));
  const index = Number(lastOf(path));
  if (!isBlock(list)) return removeFromFlow(document, list, index);
  const { text } = document;
  const end = itemBlockEnd(text, list, index);
  const dash = dashOf(list, index);
  const start = itemBlockStart(text, list, index);
  if (list.items.length === 1) return [[{ offset: start, length: end - start, text: "[]" }]];
  if (isFirstOnLine(text, dash)) return [[cutLines(text, start, end)]];
  const next = dashOf(list, index + 1);
  return [[{ offset: dash, length: next - dash, text: "" }]];
}

/** Ways to put items into one new item. */
export function wrapItems(
  document: EditableDocument,
  path: Path,
  {
    index,
    count,
    fields,
    key,
  }: { readonly index: number; readonly count: number; readonly fields: JsonObject; readonly key: string },
): Ways {
  const list = listAt(document, path);
  if (count < 1 || list.items[index + count - 1] === undefined) {
    throw new EditError(
      "no-such-place",
      `${path.join("/")} has no items ${String(index)} to ${String(index + count - 1)}`,
    );
  }
  return isBlock(list)
    ? [wrapBlock(document, list, index, count, { ...fields, [key]: null })]
    : wrapFlow(document, list, index, count, fields, key);
}

function wrapBlock(
  document: EditableDocument,
  list: YAMLSeq.Parsed,
  index: number,
  count: number,
  fields: JsonObject,
): readonly Splice[] {
  const { text, eol } = document;
  const dash = dashOf(list, index);
  const end = itemBlockEnd(text, list, index + count - 1);
  const column = columnOf(text, dash);
  const step = stepOf(document, list);
  const head = Object.entries(fields).map(([name, value], at) => {
    const pair = value === null ? `${name}:` : printPair([name, value], document.format);
    return (at === 0 ? "- " : " ".repeat(column + 2)) + pair;
  });
  const header = [...head, " ".repeat(column + 2 + step)].join(eol);
  const inner = text.slice(dash, end).split("\n");
  let offset = dash;
  const shifts = inner.flatMap((line, at): readonly Splice[] => {
    const start = offset;
    offset += line.length + 1;
    return at === 0 || line === "" || line === "\r" ? [] : [{ offset: start, length: 0, text: " ".repeat(2 + step) }];
  });
  return [{ offset: dash, length: 0, text: header }, ...shifts];
}

/** How much further than its key a list is written in this place: its author's way for the new list too. */
function stepOf({ text }: EditableDocument, list: YAMLSeq.Parsed): number {
  const dash = dashOf(list, 0);
  const before = text.slice(0, lineStart(text, dash)).split("\n").toReversed();
  const key = before.find((line) => line.trim() !== "" && !line.trimStart().startsWith("#")) ?? "";
  const keyStart = key.length - key.replace(/^(?:\s|- )*/, "").length;
  const step = columnOf(text, dash) - keyStart;
  return isFirstOnLine(text, dash) && step >= 0 && step <= 8 ? step : 2;
}

function wrapFlow(
  document: EditableDocument,
  list: YAMLSeq.Parsed,
  index: number,
  count: number,
  fields: JsonObject,
  key: string,
): Ways {
  const { text, eol, format } = document;
  const extents = extentsOf(list);
  const [first, last] = [extents[index], extents[index + count - 1]];
  if (first === undefined || last === undefined) return [];
  const head = Object.entries(fields).map((pair) => printPair(pair, format));
  const opened = [...head, `${printValue(key, format)}: [`].join(", ");
  const inline = [
    { offset: first.begin, length: 0, text: `{ ${opened}` },
    { offset: last.end, length: 0, text: "] }" },
  ];
  if (!isFirstOnLine(text, first.begin)) return [inline];
  const indent = text.slice(lineStart(text, first.begin), first.begin);
  const unit = indent.includes("\t") ? "\t" : "  ";
  const lines = [
    `{`,
    ...[...head.map((pair) => `${pair},`), `${printValue(key, format)}: [`].map((line) => indent + unit + line),
  ];
  let offset = first.begin;
  const shifts = text
    .slice(first.begin, last.end)
    .split("\n")
    .flatMap((line, at): readonly Splice[] => {
      const start = offset;
      offset += line.length + 1;
      return at === 0 || line.trim() === "" ? [] : [{ offset: start, length: 0, text: unit + unit }];
    });
  const opening = { offset: first.begin, length: 0, text: [...lines, indent + unit + unit].join(eol) };
  const closing = { offset: last.end, length: 0, text: `${eol}${indent}${unit}]${eol}${indent}}` };
  return [[opening, ...shifts, closing], inline];
}

/** An item as it is written: `- ` and its lines from the first column on, and its text alone where brackets can hold it. */
export interface WrittenItem {
  readonly lines: readonly string[];
  readonly inline?: string;
}

/** The text of an item, with the comments right above it. */
export function writtenItem(document: EditableDocument, path: Path): WrittenItem {
  const { text } = document;
  const list = listAt(document, parentOf(path));
  const index = Number(lastOf(path));
  if (list.items[index] === undefined) throw noSuchPlace(path);
  if (!isBlock(list)) {
    const { begin, end } = extentsOf(list)[index] ?? { begin: 0, end: 0 };
    const inline = text.slice(begin, end);
    return { lines: `- ${inline}`.replaceAll("\r\n", "\n").split("\n"), inline };
  }
  const dash = dashOf(list, index);
  const start = isFirstOnLine(text, dash) ? itemBlockStart(text, list, index) : dash;
  const end = itemBlockEnd(text, list, index);
  const lines = shiftLines(" ".repeat(columnOf(text, start)) + text.slice(start, end), -columnOf(text, dash));
  const inline = text.slice(dash + 1, end).trim();
  // Only what is in flow style itself may stand in brackets.
  return { lines: lines.replaceAll("\r\n", "\n").split("\n"), ...(/^[{[]/.test(inline) ? { inline } : {}) };
}

/** Ways to put an item that is written already into a list. */
export function insertWritten(document: EditableDocument, path: Path, index: number, item: WrittenItem): Ways {
  const list = listAt(document, path);
  if (isBlock(list)) return insertBlockLines(document, list, index, item.lines);
  return item.inline === undefined ? [] : insertFlowText(document, list, index, item.inline);
}
