import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair } from "yaml";

/** Steps into a document: keys and indexes. */
export type Path = readonly (string | number)[];

/** Where something stands: the offset of its key (of itself where it has none), of its value, and the value's node. */
export interface Span {
  readonly key: number;
  readonly start: number;
  readonly node: Node | undefined;
}

/** The parsed document of a file, or nothing where there is none. */
export type Root = Document.Parsed | undefined;

/** The place of a path, or of its nearest ancestor that the file has. */
export function spanAt(root: Root, path: Path): Span {
  let span = spanOf(undefined, root?.contents ?? undefined);
  for (const step of path) {
    const next = child(span.node, step, root);
    if (next === undefined) return span;
    span = next;
  }
  return span;
}

function child(node: Node | undefined, step: string | number, root: Root): Span | undefined {
  const target = isAlias(node) && root !== undefined ? node.resolve(root) : node;
  if (isMap(target)) {
    const pair = target.items.find(({ key }) => keyText(key) === String(step)) as Pair<Node, Node | null> | undefined;
    return pair === undefined ? undefined : spanOf(pair.key, pair.value ?? undefined);
  }
  if (!isSeq(target)) return undefined;
  const item = target.items[Number(step)] as Node | null | undefined;
  return item === undefined ? undefined : spanOf(undefined, item ?? undefined);
}

function spanOf(key: Node | undefined, value: Node | undefined): Span {
  const start = value?.range?.[0] ?? key?.range?.[0] ?? 0;
  return { key: key?.range?.[0] ?? start, start, node: value };
}

/** A key as text: `stringKeys` makes every scalar key a string. */
export function keyText(key: unknown): string {
  return isScalar(key) && typeof key.value === "string" ? key.value : "";
}
