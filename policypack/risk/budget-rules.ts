import { type Budget, type FlowNode, isExternal, type Policy } from "@lintel/specs";
import type { RiskContext } from "./risk-context.ts";
import type { Observation, Rule } from "./rule.ts";

/**
 * A budget that every execution of the tool exceeds: what the flow does for certain, whatever it is given, is more than the policy
 * allows. What it may do beyond that is the executor's to stop.
 */
export function budgetRules({ slice }: RiskContext): readonly Rule[] {
  return slice.policies.filter(({ budget }) => Object.keys(budget).length > 0).map(budgetRule);
}

function budgetRule({ name, budget }: Policy): Rule {
  return {
    id: `policy/${name}/within-budget`,
    level: "yellow",
    title: "The flow cannot succeed within its budget",
    rationale: "Every call of the tool would be refused with budget-exceeded, after part of its work.",
    fix: { kind: "by-hand", title: `let the flow do less, or raise the budget of the policy "${name}"` },
    check: (context) => [
      ...exceeded("externalCalls", budget, count(context, isExternal), "external calls"),
      ...exceeded("rows", budget, count(context, reachesRow), "rows"),
    ],
  };
}

function exceeded(
  key: "rows" | "externalCalls",
  budget: Budget,
  certain: number,
  what: string,
): readonly Observation[] {
  const allowed = budget[key];
  if (allowed === undefined || certain <= allowed) return [];
  const message = `every execution needs ${String(certain)} ${what} at least, and the budget is ${String(allowed)}`;
  return [{ message, confidence: "certain", evidence: { [key]: allowed, certain } }];
}

/** Nodes that every execution that succeeds runs, once at least. */
function count({ parts }: RiskContext, counts: (node: FlowNode) => boolean): number {
  return parts.filter(
    ({ node, facts }) => !facts.isConditional && !facts.inLoop && facts.recovers.length === 0 && counts(node),
  ).length;
}

/** Reads or writes one row for certain, or fails. */
function reachesRow(node: FlowNode): boolean {
  if ("one" in node) return node.one && !node.optional;
  return "action" in node && (node.action === "create" || node.key !== undefined);
}
