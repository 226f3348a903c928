// Decision: our own walk instead of yaml's toJS: it caps aliases and depth, and names what JSON or PostgreSQL cannot hold.
import { type Document, isAlias, isMap, isScalar, isSeq, type Node } from "yaml";
import type { Diagnostic } from "../diagnostic.ts";
import type { DiagnosticCode } from "../diagnostic-codes.ts";
import type { JsonValue } from "../json.ts";
import { diagnosticAt, type Values } from "./report.ts";
import type { SourceText } from "./source-text.ts";
import { keyText } from "./yaml-span.ts";

/** Deepest nesting of maps and lists in a spec. */
export const maximumDepth = 64;
/** Most values that aliases may add to a file. */
const maximumAliased = 10_000;

interface Walk {
  readonly source: SourceText;
  readonly sink: Diagnostic[];
  readonly open: Set<Node>;
  /** What stands behind each anchor so far; the library would search the whole document for each alias. */
  readonly anchors: Map<string, Node>;
  /** Values that aliases added so far. */
  aliased: number;
  /** The alias that is followed, the outermost of several. */
  alias?: Node;
}

/** The document as plain JSON; what cannot be JSON becomes null with a diagnostic. */
export function yamlToJson(document: Document.Parsed, source: SourceText, sink: Diagnostic[]): JsonValue {
  return convert(document.contents, { source, sink, open: new Set(), anchors: new Map(), aliased: 0 }, 0, false);
}

function convert(node: Node | null, walk: Walk, depth: number, isAliased: boolean): JsonValue {
  if (node === null) return null;
  if (isAliased && isTooMuch(walk, node)) return null;
  if (isAlias(node)) return convertAlias(node, walk, depth);
  const { anchor } = node as Node & { readonly anchor?: string };
  if (anchor !== undefined && !isAliased) walk.anchors.set(anchor, node);
  if (isScalar(node)) return convertScalar(node, walk);
  if (depth >= maximumDepth) return fail(walk, node, "too-deep", { maximum: String(maximumDepth) });
  if (isSeq(node)) return node.items.map((item) => convert(item as Node | null, walk, depth + 1, isAliased));
  return isMap(node) ? convertMap(node, walk, depth, isAliased) : null;
}

/** Counts one more value of an alias; says once, at the alias, that it is one too many. */
function isTooMuch(walk: Walk, node: Node): boolean {
  walk.aliased += 1;
  if (walk.aliased === maximumAliased + 1) {
    fail(walk, walk.alias ?? node, "too-many-aliases", { maximum: String(maximumAliased) });
  }
  return walk.aliased > maximumAliased;
}

function convertAlias(node: Node, walk: Walk, depth: number): JsonValue {
  const target = isAlias(node) ? walk.anchors.get(node.source) : undefined;
  if (target === undefined || walk.open.has(target)) return fail(walk, node, "bad-alias", {});
  if (walk.aliased > maximumAliased) return null;
  const isOutermost = walk.open.size === 0;
  if (isOutermost) walk.alias = node;
  walk.open.add(target);
  const value = convert(target, walk, depth, true);
  walk.open.delete(target);
  return value;
}

function convertMap(
  node: Node & { readonly items: readonly unknown[] },
  walk: Walk,
  depth: number,
  isAliased: boolean,
): JsonValue {
  const object: Record<string, JsonValue> = {};
  for (const item of node.items as readonly { readonly key: Node; readonly value: Node | null }[]) {
    const key = keyText(item.key);
    const { anchor } = item.key as Node & { readonly anchor?: string };
    if (anchor !== undefined && !isAliased) walk.anchors.set(anchor, item.key);
    if (key === "__proto__") fail(walk, item.key, "reserved-name", { name: key });
    else if (key === "<<") fail(walk, item.key, "merge-key", {});
    else if (Object.hasOwn(object, key)) fail(walk, item.key, "duplicate-key", { key });
    else object[checkText(key, item.key, walk)] = convert(item.value, walk, depth + 1, isAliased);
  }
  return object;
}

function convertScalar(node: Node & { readonly value: unknown }, walk: Walk): JsonValue {
  const { value } = node;
  // Where all scalars are text, nothing at all still is nothing.
  if (value === "" && node.range?.[0] === node.range?.[1]) return null;
  if (typeof value === "string") return checkText(value, node, walk);
  if (typeof value === "number") {
    const isExact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
    return isExact ? value : fail(walk, node, "bad-number", { number: textOf(node, walk) });
  }
  return typeof value === "boolean" ? value : null;
}

function checkText(text: string, node: Node, walk: Walk): string {
  if (text.includes("\0")) fail(walk, node, "nul-character", {});
  if (!text.isWellFormed()) fail(walk, node, "bad-unicode", {});
  return text;
}

function textOf(node: Node, walk: Walk): string {
  return walk.source.text.slice(node.range?.[0] ?? 0, node.range?.[1] ?? 0).slice(0, 40);
}

function fail<C extends DiagnosticCode>(walk: Walk, node: Node, code: C, values: Values<C>): null {
  walk.sink.push(diagnosticAt(code, walk.source, node.range?.[0] ?? 0, values));
  return null;
}
