import { allNodes, type FlowNode, orderedNodes } from "@lintel/specs";
import type { FlowPart, RiskContext } from "../risk-context.ts";
import { waitsFor } from "./running-together.ts";

/** The nodes that may run once the part has, in its own list and in those around it; recoveries that undo it aside. */
export function laterNodes(
  { node, facts }: FlowPart,
  context: RiskContext,
  isBack: (node: FlowNode) => boolean,
): readonly FlowNode[] {
  const levels = [node.id, ...facts.within.toReversed()];
  return levels.flatMap((id) => laterThan(id, siblingsOf(id, context), context, isBack));
}

/** The list that the node stands in. */
export function siblingsOf(id: string, { siblings }: RiskContext): readonly FlowNode[] {
  return siblings.get(id) ?? [];
}

function laterThan(
  id: string,
  siblings: readonly FlowNode[],
  context: RiskContext,
  isBack: (node: FlowNode) => boolean,
): readonly FlowNode[] {
  const ordered = orderedNodes(siblings, context.plan);
  const place = ordered.findIndex((node) => node.id === id);
  const self = context.byId.get(id);
  const recoveries = new Set(siblings.filter((node) => recovers(node, context).length > 0 && isBack(node)));
  const isAside = (node: FlowNode): boolean => {
    const from = recovers(node, context);
    // What recovers from the refund's own failure runs when nothing is left to give back.
    const isAfterRefund = from.length > 0 && from.every((each) => [...recoveries].some((back) => back.id === each));
    return node.id === id || recoveries.has(node) || isAfterRefund || from.includes(id);
  };
  return ordered.filter((node, index) => {
    if (isAside(node)) return false;
    // Independent external calls may run side by side, so one written earlier can fail later.
    const runsBeside = callsOut(node, context) && (self === undefined || !waitsFor(self, node.id, context));
    return index > place || runsBeside;
  });
}

function recovers({ id }: FlowNode, { plan }: RiskContext): readonly string[] {
  return plan.nodes[id]?.recovers ?? [];
}

function callsOut(node: FlowNode, { plan }: RiskContext): boolean {
  return allNodes([node]).some(({ id }) => plan.nodes[id]?.effect.startsWith("external") ?? false);
}
