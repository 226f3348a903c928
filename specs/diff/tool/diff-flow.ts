import { canonicalJson } from "../../bundle/canonical-json.ts";
import { allNodes } from "../../bundle/flow-plan.ts";
import type { JsonValue } from "../../json.ts";
import type { FlowNode } from "../../language/flow.ts";
import type { Tool } from "../../language/tool.ts";
import { branchesOf, effectOf } from "../../nodes/index.ts";
import { pairByName } from "../by-name.ts";
import { type Difference, values } from "../change.ts";

interface PlacedNode {
  /** The id, which is unique in a tool. */
  readonly name: string;
  readonly node: FlowNode;
  /** The node without those inside it, and the branch that it stands in. */
  readonly facts: string;
}

/** What the flow does, node by node at any depth. */
export function diffFlow(before: Tool, after: Tool, path: string): readonly Difference[] {
  const { gone, come, kept } = pairByName(placed(before.flow, ""), placed(after.flow, ""));
  const at = ({ name }: PlacedNode): string => `${path}/node/${name}`;
  return [
    ...gone.map((item): Difference => {
      const message = `node ${item.name} (${item.node.type}) is gone`;
      return { rule: "flow-node-removed", path: at(item), message };
    }),
    ...come.map((item): Difference => {
      const isOutside = effectOf(item.node) === "externalWrite";
      const rule = isOutside ? "external-effect-added" : "flow-node-added";
      return { rule, path: at(item), message: `node ${item.name} (${item.node.type}) is new` };
    }),
    ...kept.flatMap(([old, next]): readonly Difference[] => {
      if (old.facts === next.facts) return [];
      const isOutside = effectOf(next.node) === "externalWrite" && effectOf(old.node) !== "externalWrite";
      const message = `node ${next.name} has changed: ${changedKeys(old.node, next.node)}`;
      return [{ rule: isOutside ? "external-effect-added" : "flow-node-changed", path: at(next), message }];
    }),
    ...diffAnswer(before.respond, after.respond, `${path}/respond`),
  ];
}

function diffAnswer(before: JsonValue, after: JsonValue, path: string): readonly Difference[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  return [
    { rule: "answer-changed", path, message: "the answer is put together in another way", ...values(before, after) },
  ];
}

function placed(nodes: readonly FlowNode[], branch: string): readonly PlacedNode[] {
  return nodes.flatMap((node) => [
    { name: node.id, node, facts: canonicalJson({ branch, own: withIds(node) }) },
    ...branchesOf(node).flatMap((inner) => placed(inner.nodes, `${node.id}/${inner.path}`)),
  ]);
}

/** The node with the ids of the nodes inside it in their place: each of them is compared by itself. */
function withIds(node: FlowNode): unknown {
  const inner = new Set<unknown>(allNodes([node]).filter((other) => other !== node));
  const strip = (value: unknown): unknown => {
    if (inner.has(value)) return (value as FlowNode).id;
    if (Array.isArray(value)) return value.map(strip);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, strip(member)]));
  };
  return Object.fromEntries(Object.entries(node).map(([key, member]) => [key, strip(member)]));
}

function changedKeys(before: FlowNode, after: FlowNode): string {
  const [old, next] = [withIds(before), withIds(after)] as [Record<string, unknown>, Record<string, unknown>];
  const keys = [...new Set([...Object.keys(old), ...Object.keys(next)])];
  const changed = keys.filter((key) => canonicalJson(old[key] ?? null) !== canonicalJson(next[key] ?? null));
  return changed.length === 0 ? "it stands elsewhere" : changed.join(", ");
}
