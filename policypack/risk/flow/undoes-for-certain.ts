import { branchesOf, type FlowNode, type NodeOf, type NodeType, opensTransaction, orderedNodes } from "@lintel/specs";
import type { RiskContext } from "../risk-context.ts";

/** Whether a node, when it runs, undoes the effect by itself. */
export type Undoes = (node: FlowNode) => boolean;

/**
 * Whether the effect is undone whenever the node runs, by it or inside it: what may be skipped or may fail unseen undoes
 * nothing for certain, nor does what a node before it can stop.
 */
export function undoesForCertain(node: FlowNode, undoes: Undoes, context: RiskContext): boolean {
  if (node.when !== undefined || node.onError === "continue") return false;
  if (undoes(node)) return true;
  const certain = branchesOf(node).filter(({ runs }) => runs === "once" || node.type === "retry");
  return certain.some(({ nodes }) => isReached(nodes, opensTransaction(node), undoes, context));
}

/** In a transaction, what fails after the undoing node takes it back. */
function isReached(nodes: readonly FlowNode[], isAtomic: boolean, undoes: Undoes, context: RiskContext): boolean {
  const ordered = orderedNodes(nodes, context.plan);
  const undoing = ordered.map((node) => undoesForCertain(node, undoes, context));
  const at = undoing.indexOf(true);
  return at >= 0 && !ordered.some((node, index) => (isAtomic || index < at) && undoing[index] === false && stops(node));
}

type Stops = { readonly [T in NodeType]: (node: NodeOf<T>) => boolean };

const never = (): boolean => false;
const always = (): boolean => true;
const within = (node: FlowNode): boolean => branchesOf(node).some(({ nodes }) => nodes.some(stops));

/** What ends a flow by decision or by somebody else's answer; a lost database ends every flow and counts for none. */
const stopping: Stops = {
  assert: always,
  policyCheck: always,
  write: always,
  payment: always,
  email: always,
  http: always,
  poll: always,
  forEach: always, // more items than its maximum end it too
  read: ({ one, optional }) => one && !optional,
  sql: never,
  transform: never,
  if: within,
  switch: within,
  retry: within,
  transaction: within,
};

function stops(node: FlowNode): boolean {
  // The record pairs each type with a judge of just that type; TypeScript cannot follow the correlation.
  return node.onError === "fail" && (stopping[node.type] as (node: FlowNode) => boolean)(node);
}
