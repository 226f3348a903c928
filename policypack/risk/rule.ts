import type { JsonValue, RiskLevel } from "@lintel/specs";
import type { Confidence, Fix } from "./finding.ts";
import type { RiskContext } from "./risk-context.ts";

/** What docs, `lintel explain`, SARIF and the policy pack are generated from. */
export interface RuleMetadata {
  readonly id: string;
  readonly level: Exclude<RiskLevel, "green">;
  readonly title: string;
  /** Why it hurts in production, in one or two sentences. */
  readonly rationale: string;
  readonly fix: Fix;
}

/** One place where a rule found what it looks for. */
export interface Observation {
  readonly node?: string;
  readonly key?: string;
  readonly message: string;
  readonly confidence: Confidence;
  /** The part of the flow that the rule looked at, and nothing else: the fingerprint dies when it changes. */
  readonly evidence: JsonValue;
}

/** Judges one tool; pure, and independent of the order in which nodes are written. */
export interface Rule extends RuleMetadata {
  readonly check: (context: RiskContext) => readonly Observation[];
}
