import { branchesOf } from "@lintel/specs";
import type { FlowPart, RiskContext } from "../risk-context.ts";
import { excludeEachOther } from "./guards.ts";
import { runsOnlyWithout } from "./rolled-back.ts";

/**
 * Whether what both do can stand after one execution: not in different branches of which only one is taken, nor under opposite
 * conditions, nor where one recovers from the other's rollback.
 */
export function canRunTogether(a: FlowPart, b: FlowPart, context: RiskContext): boolean {
  if (standInOtherBranches(a, b, context) || excludeEachOther(a, b, context)) return false;
  return !runsOnlyWithout(a, b, context) && !runsOnlyWithout(b, a, context);
}

function standInOtherBranches(a: FlowPart, b: FlowPart, context: RiskContext): boolean {
  const [left, right] = siblingsAbove(a, b, context);
  if (left.facts.branch === right.facts.branch) return false;
  const container = context.byId.get(left.facts.within.at(-1) ?? "");
  // Another turn of a loop around them can take the other branch.
  if (container === undefined || container.facts.inLoop) return false;
  return branchesOf(container.node).some(({ path, runs }) => path === left.facts.branch && runs === "maybe");
}

/** Where the second node runs as seen from the first; `beside` when neither waits for the other. */
export type Order = "before" | "after" | "beside";

/** How two nodes that run together are ordered, through their containers and however many nodes stand between. */
export function orderOf(a: FlowPart, b: FlowPart, context: RiskContext): Order {
  const [left, right] = siblingsAbove(a, b, context);
  if (waitsFor(left, right.node.id, context)) return "before";
  return waitsFor(right, left.node.id, context) ? "after" : "beside";
}

/** Whether the part depends on the sibling, directly or through others. */
export function waitsFor(part: FlowPart, id: string, { waitsForAll }: RiskContext): boolean {
  return waitsForAll(part.node.id).has(id);
}

/** The two nodes, or the containers of them, that stand in the innermost container that holds both. */
function siblingsAbove(a: FlowPart, b: FlowPart, context: RiskContext): readonly [FlowPart, FlowPart] {
  const left = [...a.facts.within, a.node.id];
  const right = [...b.facts.within, b.node.id];
  const parting = left.findIndex((id, index) => id !== right[index]);
  const at = parting < 0 ? left.length - 1 : Math.min(parting, left.length - 1, right.length - 1);
  const find = (id: string | undefined, otherwise: FlowPart): FlowPart => context.byId.get(id ?? "") ?? otherwise;
  return [find(left[at], a), find(right[at], b)];
}
