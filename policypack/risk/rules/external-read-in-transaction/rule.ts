import { type FlowNode, pauses } from "@lintel/specs";
import { actionOf, evidenceOf } from "../../flow/evidence.ts";
import type { FlowPart } from "../../risk-context.ts";
import type { Observation, Rule } from "../../rule.ts";

export const externalReadInTransaction: Rule = {
  id: "external-read-in-transaction",
  level: "yellow",
  title: "A call that only reads, or a pause, inside a transaction",
  rationale:
    "Row locks and a connection are held for as long as the other server or the pause takes: its slow minute becomes an outage here.",
  fix: { kind: "move-out-of-transaction", title: "move the call out of the transaction" },
  check: ({ parts }) => parts.filter(({ facts }) => facts.inTransaction).flatMap(observe),
};

function observe({ node, facts }: FlowPart): readonly Observation[] {
  const waits = facts.effect === "externalRead" ? "for another server" : waitBetween(node);
  if (waits === undefined) return [];
  return [
    {
      node: node.id,
      message: `"${node.id}" (${node.type}) waits ${waits} while the transaction holds its locks; move it out of the transaction`,
      confidence: facts.effect === "externalRead" ? "certain" : "likely",
      evidence: pauses(node) ? evidenceOf(node, "until", "maxAttempts", "interval", "retry", "when") : actionOf(node),
    },
  ];
}

/** What a container waits between two runs of its branch; a single run has none. */
function waitBetween(node: FlowNode): string | undefined {
  if (node.type === "poll") return describe(node.maxAttempts, node.interval);
  return node.type === "retry" ? describe(node.retry.maxAttempts, node.retry.initialDelay) : undefined;
}

function describe(attempts: number, pause: number): string | undefined {
  return attempts > 1 && pause > 0 ? `${String(pause)} ms or more before each new attempt` : undefined;
}
