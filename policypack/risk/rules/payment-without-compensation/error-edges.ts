import { allNodes, branchesOf, type FlowNode, orderedNodes, type PaymentNode } from "@lintel/specs";
import { waitsFor } from "../../flow/running-together.ts";
import type { FlowPart, RiskContext } from "../../risk-context.ts";
import { takesMoney } from "./compensation.ts";

export interface ErrorEdges {
  readonly coverEveryPath: boolean;
  /** A later node whose failure leaves the money taken. */
  readonly uncovered?: string;
  /** The nodes that may run after the payment and are no recoveries. */
  readonly later: readonly FlowNode[];
}

/**
 * Whether error edges alone give the money back: whatever may run later has an edge to a recovery that does (or goes on
 * regardless), and at least one edge exists. Inside a loop they cannot, because one recovery stands for many payments.
 */
export function errorEdges(payment: FlowPart<PaymentNode>, context: RiskContext): ErrorEdges {
  const levels = [payment.node.id, ...payment.facts.within.toReversed()];
  const lists = levels.map((id) => ({ id, siblings: siblingsOf(id, context) }));
  const later = lists.flatMap(({ id, siblings }) =>
    laterThan(id, siblings, context).map((node) => ({ node, siblings })),
  );
  const uncovered = later.find(
    ({ node, siblings }) => node.onError !== "continue" && !givesBack(recoveryOf(node, siblings)),
  );
  const own = lists[0] === undefined ? undefined : recoveryOf(payment.node, lists[0].siblings);
  const hasEdge = own !== undefined || later.some(({ node, siblings }) => recoveryOf(node, siblings) !== undefined);
  return {
    coverEveryPath: !payment.facts.inLoop && hasEdge && uncovered === undefined,
    ...(uncovered === undefined ? {} : { uncovered: uncovered.node.id }),
    later: later.map(({ node }) => node),
  };
}

function recoveryOf({ onError }: FlowNode, siblings: readonly FlowNode[]): FlowNode | undefined {
  return siblings.find(({ id }) => id === onError);
}

function givesBack(recovery: FlowNode | undefined): boolean {
  if (recovery === undefined || recovery.when !== undefined) return false;
  return alwaysRun(recovery).some((node) => node.type === "payment" && !takesMoney(node));
}

/** The node and what always runs with it: what stands in a branch that may not be taken gives nothing back for certain. */
function alwaysRun(node: FlowNode): readonly FlowNode[] {
  const certain = branchesOf(node).filter(({ runs }) => runs === "once");
  return [node, ...certain.flatMap(({ nodes }) => nodes.filter(({ when }) => when === undefined).flatMap(alwaysRun))];
}

/** The list that the node stands in. */
function siblingsOf(id: string, { parts, tool }: RiskContext): readonly FlowNode[] {
  const lists = [tool.flow, ...parts.flatMap(({ node }) => branchesOf(node).map(({ nodes }) => nodes))];
  return lists.find((nodes) => nodes.some((node) => node.id === id)) ?? [];
}

function laterThan(id: string, siblings: readonly FlowNode[], context: RiskContext): readonly FlowNode[] {
  const ordered = orderedNodes(siblings, context.plan);
  const place = ordered.findIndex((node) => node.id === id);
  const self = context.parts.find(({ node }) => node.id === id);
  return ordered.filter((node, index) => {
    const facts = context.plan.nodes[node.id];
    if (node.id === id || (facts?.recovers.length ?? 0) > 0) return false;
    // Independent external calls may run side by side, so one written earlier can fail later.
    const runsBeside = callsOut(node, context) && (self === undefined || !waitsFor(self, node.id, context));
    return index > place || runsBeside;
  });
}

function callsOut(node: FlowNode, { plan }: RiskContext): boolean {
  return allNodes([node]).some(({ id }) => plan.nodes[id]?.effect.startsWith("external") ?? false);
}
