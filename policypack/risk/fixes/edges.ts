// Edges name siblings: what moves to another list takes its edges along, or gives them to what stands in its place.
import { allNodes, type EditOperation, type FlowNode, referencedNodes, sitesOf } from "@lintel/specs";
import type { Located } from "./fixer.ts";

/** Edits after which a node waits for exactly those; nothing where it does already. */
export function setAfter({ node, path, written }: Located, after: readonly string[]): readonly EditOperation[] {
  const wanted = [...new Set(after)];
  if (wanted.length === node.after.length && wanted.every((id, index) => id === node.after[index])) return [];
  const key = [...path, "after"];
  if (wanted.length === 0) return "after" in written ? [{ type: "remove", path: key }] : [];
  const changed = wanted.flatMap((id, index) => (id === node.after[index] ? [] : [index]));
  // One name for another leaves the list as it is written.
  if (wanted.length === node.after.length) {
    return changed.map((index) => ({ type: "set", path: [...key, index], value: wanted[index] ?? "" }));
  }
  return [{ type: "set", path: key, value: wanted, after: "type" }];
}

/** Edits after which the edges of these nodes to any of `gone` lead to `instead`. */
export function redirect(
  nodes: readonly Located[],
  gone: ReadonlySet<string>,
  instead: string,
): readonly EditOperation[] {
  return nodes.flatMap((each) => {
    const { node, path } = each;
    const after = node.after.map((id) => (gone.has(id) ? instead : id));
    const onError: readonly EditOperation[] = gone.has(node.onError)
      ? [{ type: "set", path: [...path, "onError"], value: instead }]
      : [];
    return [...setAfter(each, after), ...onError];
  });
}

/** Ids of the nodes whose results the node, or one inside it, reads. */
export function readsOf(node: FlowNode): ReadonlySet<string> {
  return new Set(allNodes([node]).flatMap((inner) => sitesOf(inner).flatMap(referencedNodes)));
}

/** Whether a failure of the node leads to another node, whose place then matters. */
export function hasRecovery({ onError }: FlowNode): boolean {
  return onError !== "fail" && onError !== "continue";
}
