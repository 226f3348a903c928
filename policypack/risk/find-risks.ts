import { ExpressionError, type Slice } from "@lintel/specs";
import { type AnalysisOptions, defaultRowThreshold } from "./analysis-options.ts";
import { budgetRules } from "./budget-rules.ts";
import { declaredRules } from "./declared-rules.ts";
import type { Finding } from "./finding.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { type RiskContext, riskContextOf, SliceError } from "./risk-context.ts";
import type { Observation, Rule } from "./rule.ts";
import { rules } from "./rules/index.ts";
import { shapeGate } from "./slice-shape.ts";

/** Every rule's findings on one tool: Red first, then in the order of the flow. */
export function findRisks(slice: Slice, options: AnalysisOptions, gate = shapeGate()): readonly Finding[] {
  const threshold = Math.min(options.rowThreshold ?? defaultRowThreshold, defaultRowThreshold);
  const context = riskContextOf(slice, threshold, gate);
  const place = new Map(context.parts.map(({ node }, index) => [node.id, index]));
  const found = [...rules, ...declaredRules(context), ...budgetRules(context)].flatMap((rule) =>
    check(rule, context).map((observation) => toFinding(rule, context, observation)),
  );
  const rank = ({ level, node }: Finding): number =>
    (level === "red" ? 0 : context.parts.length + 1) + (node === undefined ? -1 : (place.get(node) ?? 0));
  return found.toSorted((a, b) => rank(a) - rank(b));
}

/** @throws SliceError for an expression that the compiler would have refused. */
function check(rule: Rule, context: RiskContext): readonly Observation[] {
  try {
    return rule.check(context);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new SliceError(`tool "${context.tool.name}" holds an expression that cannot be read`, { cause: error });
  }
}

function toFinding(rule: Rule, context: RiskContext, observation: Observation): Finding {
  const { evidence, ...seen } = observation;
  return {
    rule: rule.id,
    level: rule.level,
    tool: context.tool.name,
    ...seen,
    fix: rule.fix,
    fingerprint: fingerprintOf(rule.id, context.tool.name, evidence),
  };
}
