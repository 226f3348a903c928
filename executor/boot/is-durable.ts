import { branchesOf, effectOf, type FlowNode, opensTransaction } from "@lintel/specs";

/**
 * Whether a flow must not be lost once it has begun: it has effects outside of the database, or more than one commit, so that a crash
 * can leave it half done.
 */
export function isDurable(flow: readonly FlowNode[]): boolean {
  return hasEffects(flow) || commits(flow) > 1;
}

function hasEffects(nodes: readonly FlowNode[]): boolean {
  return nodes.some(
    (node) => effectOf(node) === "externalWrite" || branchesOf(node).some((branch) => hasEffects(branch.nodes)),
  );
}

/** Transactions of a list of nodes that may write; one in a loop counts as two. */
function commits(nodes: readonly FlowNode[]): number {
  const counts = nodes.map((node): number => {
    if (opensTransaction(node) || effectOf(node) === "write") return 1;
    const inside = branchesOf(node).map(({ nodes: inner, runs }) => commits(inner) * (runs === "many" ? 2 : 1));
    return inside.reduce((sum, count) => sum + count, 0);
  });
  return counts.reduce((sum, count) => sum + count, 0);
}
