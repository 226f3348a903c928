import {
  compileExpression,
  EvaluationError,
  type JsonObject,
  newFuel,
  type Policy,
  type PolicyRule,
  policyFacts,
  policyRuleScope,
} from "@lintel/specs";
import type { RiskContext } from "./risk-context.ts";
import type { Rule } from "./rule.ts";

/** The rules that the workspace's own policies declare for the tool: they can add findings, and take none away. */
export function declaredRules(context: RiskContext): readonly Rule[] {
  if (context.slice.policies.every(({ rules }) => rules.length === 0)) return [];
  const facts = policyFacts(context.slice, context.plan);
  return context.slice.policies.flatMap((policy) => policy.rules.map((rule) => declaredRule(policy, rule, facts)));
}

function declaredRule(policy: Policy, { name, expr, level, message, why }: PolicyRule, facts: JsonObject): Rule {
  return {
    id: `policy/${policy.name}/${name}`,
    level,
    title: message,
    rationale: why ?? policy.description ?? message,
    fix: { kind: "by-hand", title: `make the tool agree with the policy "${policy.name}"` },
    check: () => {
      const outcome = outcomeOf(expr, facts);
      if (outcome === "holds") return [];
      const confidence = outcome === "broken" ? "certain" : "likely";
      return [{ message, confidence, evidence: { expr, facts } }];
    },
  };
}

/** What cannot be evaluated has not been shown to hold. */
function outcomeOf(expr: string, facts: JsonObject): "holds" | "broken" | "unknown" {
  const evaluate = compileExpression(expr, policyRuleScope);
  try {
    return evaluate(facts, newFuel()) === true ? "holds" : "broken";
  } catch (error) {
    if (error instanceof EvaluationError) return "unknown";
    throw error;
  }
}
