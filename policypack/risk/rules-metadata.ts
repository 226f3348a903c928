import { acknowledgementRules } from "./acknowledgements/acknowledgement-rules.ts";
import type { RuleMetadata } from "./rule.ts";
import { rules } from "./rules/index.ts";

function metadataOf({ id, level, title, rationale, fix }: RuleMetadata): RuleMetadata {
  return { id, level, title, rationale, fix };
}

/** Every rule, those about acknowledgements last: what docs, SARIF and the policy pack are generated from. */
export const rulesMetadata: readonly RuleMetadata[] = [...rules, ...Object.values(acknowledgementRules)].map(
  metadataOf,
);
