import { branchesOf, type FlowNode, type PaymentNode } from "@lintel/specs";
import type { FlowPart, RiskContext } from "../../risk-context.ts";
import { givesBackPayment } from "./compensation.ts";
import { laterNodes, siblingsOf } from "./later-nodes.ts";

export interface ErrorEdges {
  readonly coverEveryPath: boolean;
  /** A later node whose failure leaves the money taken. */
  readonly uncovered?: string;
  /** The nodes that may run after the payment and are no recoveries. */
  readonly later: readonly FlowNode[];
}

/**
 * Whether error edges alone give the money back: the failure of whatever may run later, at any depth, leads to a recovery
 * that does, or is that of a node which writes nothing and is gone on from; and at least one such edge exists. Inside a loop
 * they cannot, because one recovery stands for many payments. A container's own edge is too late for what stands in it: its
 * failure takes the results inside it along, and with them the payment's id.
 */
export function errorEdges(payment: FlowPart<PaymentNode>, context: RiskContext): ErrorEdges {
  const isBack = (node: FlowNode | undefined): boolean => node !== undefined && givesBack(node, payment.node);
  const later = laterNodes(payment, context, isBack);
  const uncovered = later.flatMap((node) => unsettled(node, "top", context, isBack))[0];
  const own = [payment.node, ...later].map((node) => recoveryOf(node, context));
  return {
    coverEveryPath: !payment.facts.inLoop && own.some(isBack) && uncovered === undefined,
    ...(uncovered === undefined ? {} : { uncovered: uncovered.id }),
    later,
  };
}

/** The nodes, this one or inside it, whose failure keeps the money; what fails inside is its container's failure. */
function unsettled(
  node: FlowNode,
  depth: "top" | "inside",
  context: RiskContext,
  isBack: (node: FlowNode | undefined) => boolean,
): readonly FlowNode[] {
  const inner = branchesOf(node).flatMap(({ nodes }) => nodes);
  const below = inner.flatMap((child) => unsettled(child, "inside", context, isBack));
  return isSettled(node, depth, context, isBack) ? below : [node, ...below];
}

function isSettled(
  node: FlowNode,
  depth: "top" | "inside",
  context: RiskContext,
  isBack: (node: FlowNode | undefined) => boolean,
): boolean {
  if (node.onError === "fail") return depth === "inside";
  if (node.onError === "continue") return !touches(node, ["write", "rawSql"], context);
  if (isBack(recoveryOf(node, context))) return true;
  return depth === "inside" && !touches(node, ["write", "rawSql", "externalWrite"], context);
}

/** Whether the node or anything in it has one of the effects, or opens a transaction. */
function touches(node: FlowNode, effects: readonly string[], context: RiskContext): boolean {
  const inner = branchesOf(node).flatMap(({ nodes }) => nodes);
  const effect = context.plan.nodes[node.id]?.effect ?? "none";
  return (
    effects.includes(effect) || node.type === "transaction" || inner.some((each) => touches(each, effects, context))
  );
}

function recoveryOf({ id, onError }: FlowNode, context: RiskContext): FlowNode | undefined {
  return siblingsOf(id, context).find((sibling) => sibling.id === onError);
}

/** Whether the node always gives the payment back, or fails for all to see. */
function givesBack(recovery: FlowNode, payment: PaymentNode): boolean {
  return alwaysRun(recovery).some((node) => node.type === "payment" && givesBackPayment(node, payment));
}

/** The node and what always runs with it: what may be skipped, or may fail unseen, gives nothing back for certain. */
function alwaysRun(node: FlowNode): readonly FlowNode[] {
  if (node.when !== undefined || node.onError === "continue") return [];
  const certain = branchesOf(node).filter(({ runs }) => runs === "once" || node.type === "retry");
  return [node, ...certain.flatMap(({ nodes }) => nodes.flatMap(alwaysRun))];
}
