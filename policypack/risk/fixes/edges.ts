// Edges name siblings: what moves to another list takes its edges along, or gives them to what stands in its place.
import { allNodes, type EditOperation, type FlowNode, referencedNodes, sitesOf } from "@lintel/specs";
import type { Located } from "./fixer.ts";

/** Edits after which a node waits for exactly those; nothing where it does already. */
export function setAfter({ node, path, written }: Located, after: readonly string[]): readonly EditOperation[] {
  const key = [...path, "after"];
  const wanted = [...new Set(after)];
  if (!("after" in written))
    return wanted.length === 0 ? [] : [{ type: "set", path: key, value: wanted, after: "type" }];
  if (wanted.length === 0) return [{ type: "remove", path: key }];
  const gone = node.after.flatMap((id, index) =>
    wanted.includes(id) && node.after.indexOf(id) === index ? [] : [index],
  );
  const added = wanted.filter((id) => !node.after.includes(id));
  // One name for another leaves the list as it is written; only what is over is put in or taken out.
  const swaps = gone.slice(0, added.length).map((at, index): EditOperation => {
    return { type: "set", path: [...key, at], value: added[index] ?? "" };
  });
  const inserts = added.slice(gone.length).map((value, index): EditOperation => {
    return { type: "insert", path: key, index: node.after.length + index, value };
  });
  const removals = gone.slice(added.length).toReversed();
  return [...swaps, ...inserts, ...removals.map((at): EditOperation => ({ type: "remove", path: [...key, at] }))];
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
