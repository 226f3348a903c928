import { opensTransaction } from "@lintel/specs";
import type { FlowPart, RiskContext } from "../risk-context.ts";

/**
 * Whether the part runs only when the other's effect has been rolled back: it recovers from nothing but a failure that took the
 * other along. In a loop the other may stand from an earlier turn.
 */
export function runsOnlyWithout(part: FlowPart, other: FlowPart, { byId }: RiskContext): boolean {
  if (part.facts.inLoop) return false;
  const holding = [...other.facts.within, other.node.id];
  return [...part.facts.within, part.node.id].some((id) => {
    const recovers = byId.get(id)?.facts.recovers ?? [];
    return recovers.length > 0 && recovers.every((failed) => holding.includes(failed) && isAtomic(byId.get(failed)));
  });
}

/** Whether its failure takes back all that it did in the database. */
function isAtomic(part: FlowPart | undefined): boolean {
  return part !== undefined && (part.facts.inTransaction || opensTransaction(part.node));
}
