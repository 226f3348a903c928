import { branchesOf, type FlowNode } from "@lintel/specs";
import type { FlowPart, RiskContext } from "../risk-context.ts";
import { laterNodes, siblingsOf } from "./later-nodes.ts";
import { type Undoes, undoesForCertain } from "./undoes-for-certain.ts";

export interface ErrorEdges {
  readonly coverEveryPath: boolean;
  /** A later node whose failure leaves the effect standing. */
  readonly uncovered?: string;
  /** The nodes that may run after the effect and are no recoveries. */
  readonly later: readonly FlowNode[];
}

/**
 * Whether error edges alone undo the part's effect: the failure of whatever may run later, at any depth, leads to a recovery
 * that does, or is that of a node which writes nothing and is gone on from; and at least one such edge exists. Inside a loop
 * they cannot, because one recovery stands for many effects. A container's own edge is too late for what stands in it: its
 * failure takes the results inside it along, and with them the effect's id. `matters` leaves out later nodes that need no edge.
 */
export function errorEdges(
  part: FlowPart,
  context: RiskContext,
  undoes: Undoes,
  matters: (node: FlowNode) => boolean = () => true,
): ErrorEdges {
  const isBack = (node: FlowNode | undefined): boolean => node !== undefined && undoesForCertain(node, undoes, context);
  const later = laterNodes(part, context, isBack).filter(matters);
  const uncovered = later.flatMap((node) => unsettled(node, "top", context, isBack))[0];
  const own = [part.node, ...later].map((node) => recoveryOf(node, context));
  return {
    coverEveryPath: !part.facts.inLoop && own.some(isBack) && uncovered === undefined,
    ...(uncovered === undefined ? {} : { uncovered: uncovered.id }),
    later,
  };
}

type IsBack = (node: FlowNode | undefined) => boolean;

/** The nodes, this one or inside it, whose failure keeps the effect; what fails inside is its container's failure. */
function unsettled(node: FlowNode, depth: "top" | "inside", context: RiskContext, isBack: IsBack): readonly FlowNode[] {
  const inner = branchesOf(node).flatMap(({ nodes }) => nodes);
  const below = inner.flatMap((child) => unsettled(child, "inside", context, isBack));
  return isSettled(node, depth, context, isBack) ? below : [node, ...below];
}

function isSettled(node: FlowNode, depth: "top" | "inside", context: RiskContext, isBack: IsBack): boolean {
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
