import { isMap, isSeq, type Node, type Pair, type YAMLMap } from "yaml";
import type { JsonValue } from "../json.ts";
import type { Path } from "../load/yaml-span.ts";
import {
  blockEnd,
  columnOf,
  isBlock,
  isFirstOnLine,
  keyColumn,
  lineEnd,
  lineStart,
  pairBlockEnd,
} from "./block-lines.ts";
import { lastOf, noSuchPlace, parentOf } from "./edit-operation.ts";
import { type EditableDocument, mapAt, nodeAt, pairOf } from "./editable-document.ts";
import { appendToFlow, extentsOf, insertBefore, removeFromFlow } from "./flow-items.ts";
import { printPair, printValue } from "./print-value.ts";
import type { Splice } from "./text-edit.ts";

/** Ways to do one thing, the best first; the first that proves right is taken. */
export type Ways = readonly (readonly Splice[])[];

/** Ways to give a key, or an item that is there, a value. */
export function setValue(document: EditableDocument, path: Path, value: JsonValue, after?: string): Ways {
  const parent = nodeAt(document, parentOf(path));
  if (isSeq(parent)) return replaceValue(document, nodeAt(document, path), value);
  if (!isMap(parent)) throw noSuchPlace(path);
  const map = parent as unknown as YAMLMap.Parsed;
  const pair = pairOf(map, lastOf(path));
  if (pair === undefined) return addPair(document, map, [String(lastOf(path)), value], after);
  return pair.value === null ? [] : replaceValue(document, nodeAt(document, path), value);
}

function replaceValue({ text, format }: EditableDocument, node: Node, value: JsonValue): Ways {
  const [start, valueEnd] = node.range ?? [0, 0];
  const end = isBlock(node) || text[valueEnd - 1] === "\n" ? blockEnd(text, node, valueEnd) : valueEnd;
  const printed = printValue(value, format);
  // A key without a value has no space behind its colon, or none that is sure to stand on its line.
  const gap = start === end && !/\s/.test(text[start - 1] ?? "") ? " " : "";
  return [[{ offset: start, length: end - start, text: gap + printed }]];
}

function addPair(
  document: EditableDocument,
  map: YAMLMap.Parsed,
  pair: readonly [string, JsonValue],
  after: string | undefined,
): Ways {
  const pairs = map.items as readonly Pair<Node, Node | null>[];
  const wanted = after === undefined ? undefined : pairOf(map, after);
  const place = wanted === undefined ? pairs.length - 1 : pairs.indexOf(wanted);
  const printed = printPair(pair, document.format);
  if (!isBlock(map)) {
    const next = extentsOf(map)[place + 1];
    const appended = appendToFlow(document, map, printed);
    return next === undefined ? appended : [insertBefore(document, next, printed), ...appended];
  }
  // Behind text that runs to the end of the file nothing can be added; then an earlier place serves.
  const places = [place, ...pairs.map((_, index) => index).reverse()];
  return places.flatMap((index) => {
    const before = pairs[index];
    return before === undefined ? [] : [[lineBelow(document, map, before, printed)]];
  });
}

function lineBelow(
  document: EditableDocument,
  map: YAMLMap.Parsed,
  pair: Pair<Node, Node | null>,
  printed: string,
): Splice {
  const { text, eol } = document;
  return { offset: pairBlockEnd(text, pair), length: 0, text: eol + " ".repeat(keyColumn(document, map)) + printed };
}

/** Ways to take a key out of a map. */
export function removePair(document: EditableDocument, path: Path): Ways {
  const map = mapAt(document, parentOf(path));
  const pair = pairOf(map, lastOf(path));
  if (pair === undefined) throw noSuchPlace(path);
  const index = (map.items as readonly Pair<Node, Node | null>[]).indexOf(pair);
  if (!isBlock(map)) return removeFromFlow(document, map, index);
  const { text } = document;
  const start = pair.key.range?.[0] ?? 0;
  const end = pairBlockEnd(text, pair);
  const next = (map.items as readonly Pair<Node>[])[index + 1]?.key.range?.[0];
  if (map.items.length === 1) return [[{ offset: start, length: end - start, text: "{}" }]];
  if (isFirstOnLine(text, start)) return [[cutLines(text, start, end)]];
  // The first key of an item stands behind its dash: the next one takes its place.
  const indent = next === undefined ? start : next;
  return columnOf(text, indent) === columnOf(text, start)
    ? [[{ offset: start, length: indent - start, text: "" }]]
    : [];
}

/** Takes out whole lines, from the one that `start` is on to the one that `end` is on. */
export function cutLines(text: string, start: number, end: number): Splice {
  const from = lineStart(text, start);
  const eol = /^\r?\n/.exec(text.slice(lineEnd(text, end)))?.[0] ?? "";
  if (eol !== "") return { offset: from, length: lineEnd(text, end) + eol.length - from, text: "" };
  // The file's last line has no end; the one before it gives up its own, as nothing follows it now.
  const before = /\r?\n$/.exec(text.slice(0, from))?.[0] ?? "";
  return { offset: from - before.length, length: text.length - from + before.length, text: "" };
}
