import { branchesOf } from "@lintel/specs";
import type { FlowPart, RiskContext } from "../../risk-context.ts";

/** The innermost node around the part whose turns all count: a retry repeats only what failed. */
export function loopAround(part: FlowPart, { byId }: RiskContext): FlowPart | undefined {
  const around = part.facts.within.toReversed().flatMap((id) => byId.get(id) ?? []);
  return around.find((container) => turnsInto(container) > 1);
}

/** How many turns the node has at most; one where it is no loop. */
export function turnsInto({ node }: FlowPart): number {
  return Math.max(1, ...branchesOf(node).map(({ runs, times }) => (runs === "many" ? (times ?? 1) : 1)));
}
