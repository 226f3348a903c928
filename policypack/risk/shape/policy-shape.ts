import type { Budget, DenyRule, Policy, PolicyRule } from "@lintel/specs";
import { listOf, maybe, objectOf, oneOf, type Shape } from "./shape.ts";
import { anyText, duration, text, texts, wholeNumber } from "./value-shapes.ts";

const denyRule = objectOf<DenyRule>({ name: text, expr: text, message: text, why: maybe(anyText) });

const policyRule = objectOf<PolicyRule>({
  name: text,
  expr: text,
  level: oneOf({ yellow: true, red: true }),
  message: text,
  why: maybe(anyText),
});

export const policy: Shape<Policy> = objectOf<Policy>({
  name: text,
  description: maybe(anyText),
  tools: texts,
  rules: listOf(policyRule),
  deny: listOf(denyRule),
  budget: objectOf<Budget>({
    rows: maybe(wholeNumber(0)),
    externalCalls: maybe(wholeNumber(0)),
    time: maybe(duration),
  }),
});
