import { canonicalJson } from "../../bundle/canonical-json.ts";
import { allNodes } from "../../bundle/flow-plan.ts";
import type { JsonValue } from "../../json.ts";
import type { FlowNode } from "../../language/flow.ts";
import type { Tool } from "../../language/tool.ts";
import { branchesOf, effectOf } from "../../nodes/index.ts";
import { pairByName } from "../by-name.ts";
import { type Difference, values } from "../change.ts";
import type { DiffRuleId } from "../rules/index.ts";

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
      const rule = isCheck(item.node) ? "check-removed" : "flow-node-removed";
      return { rule, path: at(item), message: `node ${item.name} (${item.node.type}) is gone` };
    }),
    ...come.map((item): Difference => {
      return { rule: ruleOfNew(item.node), path: at(item), message: `node ${item.name} (${item.node.type}) is new` };
    }),
    ...kept.flatMap(([old, next]) => (old.facts === next.facts ? [] : diffNode(old.node, next.node, at(next)))),
    ...diffAnswer(before.respond, after.respond, `${path}/respond`),
  ];
}

function isCheck({ type }: FlowNode): boolean {
  return type === "assert" || type === "policyCheck";
}

function ruleOfNew(node: FlowNode): DiffRuleId {
  if (isCheck(node)) return "check-added";
  return effectOf(node) === "externalWrite" ? "external-effect-added" : "flow-node-added";
}

function diffNode(before: FlowNode, after: FlowNode, path: string): readonly Difference[] {
  const keys = changedKeys(before, after);
  const what = keys.length === 0 ? "it stands elsewhere" : keys.join(", ");
  return [{ rule: ruleOfChanged(before, after, keys), path, message: `node ${after.id} has changed: ${what}` }];
}

function ruleOfChanged(before: FlowNode, after: FlowNode, keys: readonly string[]): DiffRuleId {
  if (effectOf(after) === "externalWrite" && effectOf(before) !== "externalWrite") return "external-effect-added";
  // Only its words are others: what is refused is the same.
  const isWording = keys.length > 0 && keys.every((key) => key === "message" || key === "why");
  if (isCheck(before) || isCheck(after)) return isWording ? "flow-node-changed" : "check-changed";
  return mostOf(after) < mostOf(before) ? "flow-limit-lowered" : "flow-node-changed";
}

/** Rows or items that a node takes. */
function mostOf(node: FlowNode): number {
  if (node.type === "forEach") return node.maximum;
  return ("limit" in node ? node.limit : undefined) ?? Infinity;
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

function changedKeys(before: FlowNode, after: FlowNode): readonly string[] {
  const [old, next] = [withIds(before), withIds(after)] as [Record<string, unknown>, Record<string, unknown>];
  const keys = [...new Set([...Object.keys(old), ...Object.keys(next)])];
  return keys.filter((key) => canonicalJson(old[key] ?? null) !== canonicalJson(next[key] ?? null));
}
