import {
  allNodes,
  branchesOf,
  type FlowNode,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type Path,
  type Tool,
} from "@lintel/specs";
import type { FixContext, Located } from "./fixer.ts";

/** Where each node of a tool stands in its file; the compiler keeps the order in which they are written. */
export function nodePaths(tool: Tool): ReadonlyMap<string, Path> {
  return new Map(pathsIn(tool.flow, ["flow"]));
}

function pathsIn(nodes: readonly FlowNode[], list: Path): readonly (readonly [string, Path])[] {
  return nodes.flatMap((node, index) => {
    const path = [...list, index];
    const below = branchesOf(node).flatMap((branch) => pathsIn(branch.nodes, [...path, ...stepsOf(branch.path)]));
    return [[node.id, path] as const, ...below];
  });
}

/** `cases/0/nodes` as steps. */
function stepsOf(path: string): Path {
  return path.split("/").map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

export function located(id: string | undefined, context: FixContext): Located | undefined {
  const node = allNodes(context.tool.flow).find((each) => each.id === id);
  const facts = id === undefined ? undefined : context.plan.nodes[id];
  const path = id === undefined ? undefined : context.paths.get(id);
  if (node === undefined || facts === undefined || path === undefined) return undefined;
  const written = valueAt(context.written, path);
  return isJsonObject(written) ? { node, facts, path, written } : undefined;
}

/** The nodes of the list that a node stands in, in the order written. */
export function siblingsOf({ path }: Located, context: FixContext): readonly Located[] {
  const list = path.slice(0, -1).join("/");
  return [...context.paths].flatMap(([id, other]) =>
    other.slice(0, -1).join("/") === list ? (located(id, context) ?? []) : [],
  );
}

export function indexOf({ path }: Located): number {
  return Number(path.at(-1));
}

export function listOf({ path }: Located): Path {
  return path.slice(0, -1);
}

function valueAt(value: JsonValue | undefined, path: Path): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((within, step) => {
    if (Array.isArray(within)) return (within as readonly JsonValue[])[Number(step)];
    return isJsonObject(within ?? null) ? (within as JsonObject)[step] : undefined;
  }, value);
}

const reserved: ReadonlySet<string> = new Set(["fail", "continue", "item"]);

/** An id that no node of the tool has. */
export function freeId(wanted: string, { paths }: FixContext): string {
  const isFree = (id: string): boolean => !paths.has(id) && !reserved.has(id);
  const names = [wanted, ...Array.from({ length: paths.size + 1 }, (_, index) => `${wanted}${String(index + 2)}`)];
  return names.find(isFree) ?? wanted;
}
