import { branchesOf } from "@lintel/specs";
import type { FlowPart, RiskContext } from "../risk-context.ts";

/** How often the part's effects can stand in one execution at most, through all loops around it. */
export function timesRun(part: FlowPart, context: RiskContext): number {
  const path = [...part.facts.within, part.node.id];
  return part.facts.within.reduce((times, id, index) => {
    const container = context.byId.get(id);
    const branches = container === undefined ? [] : branchesOf(container.node);
    const taken = branches.find(({ nodes }) => nodes.some((node) => node.id === path[index + 1]));
    return times * (taken?.times ?? 1);
  }, 1);
}
