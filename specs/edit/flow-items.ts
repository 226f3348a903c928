// The inside of `{ }` and `[ ]`: pairs and items between commas, on one line or on one each.
import type { CST, Node, YAMLMap, YAMLSeq } from "yaml";
import { columnOf, isFirstOnLine, lineEnd } from "./block-lines.ts";
import type { EditableDocument } from "./editable-document.ts";
import type { Splice } from "./text-edit.ts";

export type FlowCollection = YAMLMap.Parsed | YAMLSeq.Parsed;

export interface Extent {
  readonly begin: number;
  readonly end: number;
}

/** Where each member stands, its anchor included, the comma not. */
export function extentsOf(collection: FlowCollection): readonly Extent[] {
  const token = collection.srcToken as CST.FlowCollection | undefined;
  const members = token?.items.filter(({ key, value }) => key !== undefined || value !== undefined) ?? [];
  return members.map(({ start, key, sep, value }, index) => {
    const props = start.find(({ type }) => type === "anchor" || type === "explicit-key-ind");
    const begin = props?.offset ?? key?.offset ?? value?.offset ?? sep?.[0]?.offset ?? collection.range[0];
    return { begin, end: endOf(collection.items[index], begin) };
  });
}

function endOf(item: unknown, otherwise: number): number {
  if (isPairLike(item)) return item.value?.range?.[1] ?? item.key?.range?.[1] ?? otherwise;
  return (item as Node | null)?.range?.[1] ?? otherwise;
}

function isPairLike(item: unknown): item is { readonly key?: Node | null; readonly value?: Node | null } {
  return typeof item === "object" && item !== null && "key" in item && "value" in item && !("range" in item);
}

/** Adds a member behind the last one, in the manner of those that are there. */
export function appendToFlow(
  { text, eol }: EditableDocument,
  collection: FlowCollection,
  added: string,
): readonly (readonly Splice[])[] {
  const last = extentsOf(collection).at(-1);
  if (last === undefined) return [[{ offset: collection.range[0] + 1, length: 0, text: ` ${added} ` }]];
  const inline = [{ offset: last.end, length: 0, text: `, ${added}` }];
  const rest = text.slice(last.end, lineEnd(text, last.end));
  const onOwnLine = isFirstOnLine(text, last.begin) && /^\s*(?:,\s*)?(?:#.*)?$/.test(rest);
  if (!onOwnLine) return [inline];
  const hasComma = rest.trimStart().startsWith(",");
  const line = {
    offset: last.end + rest.length,
    length: 0,
    text: `${eol}${text.slice(last.begin - columnOf(text, last.begin), last.begin)}${added}`,
  };
  return [[...(hasComma ? [] : [{ offset: last.end, length: 0, text: "," }]), line], inline];
}

/** Adds a member before another one. */
export function insertBefore({ text, eol }: EditableDocument, extent: Extent, added: string): readonly Splice[] {
  const indent = text.slice(extent.begin - columnOf(text, extent.begin), extent.begin);
  const gap = isFirstOnLine(text, extent.begin) ? `${eol}${indent}` : " ";
  return [{ offset: extent.begin, length: 0, text: `${added},${gap}` }];
}

/** Ways to take a member out, with its comma: those that leave more beside it later. */
export function removeFromFlow(
  { text }: EditableDocument,
  collection: FlowCollection,
  index: number,
): readonly (readonly Splice[])[] {
  const extents = extentsOf(collection);
  const [previous, own, next] = [extents[index - 1], extents[index], extents[index + 1]];
  if (own === undefined) return [];
  // The only member may have a comma behind it, which cannot stand alone.
  const comma = /^\s*,/.exec(text.slice(own.end))?.[0].length ?? 0;
  const cut = (from: number, to: number): readonly Splice[] => [{ offset: from, length: to - from, text: "" }];
  return [
    ...(previous === undefined ? [] : [cut(previous.end, own.end)]),
    ...(next === undefined ? [] : [cut(own.begin, next.begin)]),
    cut(own.begin, own.end + comma),
  ];
}
