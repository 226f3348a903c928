import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from "yaml";

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
  return spanFinder(root)(path);
}

/** As spanAt, for many paths of one document. */
export function spanFinder(root: Root): (path: Path) => Span {
  const known = new Map<Node, ReadonlyMap<string, Pair<Node, Node | null>>>();
  const pairsOf = (map: YAMLMap): ReadonlyMap<string, Pair<Node, Node | null>> => {
    const pairs = known.get(map) ?? pairsByKey(map);
    known.set(map, pairs);
    return pairs;
  };
  const child = (node: Node | undefined, step: string | number): Span | undefined => {
    const target = isAlias(node) && root !== undefined ? node.resolve(root) : node;
    if (isMap(target)) {
      const pair = pairsOf(target).get(String(step));
      return pair === undefined ? undefined : spanOf(pair.key, pair.value ?? undefined);
    }
    if (!isSeq(target)) return undefined;
    const item = target.items[Number(step)] as Node | null | undefined;
    return item === undefined ? undefined : spanOf(undefined, item ?? undefined);
  };
  return (path) => {
    let span = spanOf(undefined, root?.contents ?? undefined);
    for (const step of path) {
      const next = child(span.node, step);
      if (next === undefined) return span;
      span = next;
    }
    return span;
  };
}

/** Pairs by key, the first of several that share one. */
function pairsByKey({ items }: YAMLMap): ReadonlyMap<string, Pair<Node, Node | null>> {
  const pairs = new Map<string, Pair<Node, Node | null>>();
  for (const pair of items as Pair<Node, Node | null>[]) {
    const key = keyText(pair.key);
    if (!pairs.has(key)) pairs.set(key, pair);
  }
  return pairs;
}

function spanOf(key: Node | undefined, value: Node | undefined): Span {
  const start = value?.range?.[0] ?? key?.range?.[0] ?? 0;
  return { key: key?.range?.[0] ?? start, start, node: value };
}

/** A key as text: `stringKeys` makes every scalar key a string. */
export function keyText(key: unknown): string {
  return isScalar(key) && typeof key.value === "string" ? key.value : "";
}
