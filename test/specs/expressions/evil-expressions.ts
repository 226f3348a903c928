// Expressions made to cost: what each must end with is a code of docs/expressions.md, or a value.
import { type EvaluationContext, type Scope, typeOfSchema } from "../../../specs/index.ts";

export interface EvilExpression {
  readonly name: string;
  readonly source: string;
  readonly ends: string;
}

export const evilScope: Scope = {
  names: {
    input: typeOfSchema({
      type: "object",
      required: ["list", "text"],
      properties: { list: { type: "array", items: { type: "integer" } }, text: { type: "string" }, json: {} },
    }),
  },
};

export const evilContext: EvaluationContext = {
  input: { list: Array.from({ length: 10_000 }, (_, index) => index), text: `${"a".repeat(1_000_000)}!`, json: null },
};

export const evilExpressions: readonly EvilExpression[] = [
  { name: "maps in maps", source: nestedMaps(4), ends: "fuel-exhausted" },
  { name: "60 maps in maps", source: nestedMaps(60), ends: "fuel-exhausted" },
  { name: "all() in all()", source: "input.list.all(a, input.list.all(b, a + b >= 0))", ends: "fuel-exhausted" },
  { name: "5,000 parentheses", source: `${"(".repeat(5000)}1${")".repeat(5000)}`, ends: "expression-too-long" },
  { name: "2,000 parentheses", source: `${"(".repeat(2000)}1${")".repeat(2000)}`, ends: "expression-too-deep" },
  { name: "open parentheses only", source: "(".repeat(4090), ends: "expression-too-deep" },
  { name: "4,000 negations", source: `${"!".repeat(4000)}true`, ends: "value" },
  { name: "2,000 sums", source: Array(2000).fill("1").join("+"), ends: "expression-too-deep" },
  { name: "500 conditions", source: `${"true?1:".repeat(500)}1`, ends: "expression-too-deep" },
  { name: "500 in", source: Array(500).fill("[1]").join(" in "), ends: "expression-too-deep" },
  { name: "2,000 fields", source: `input${".json".repeat(800)}`, ends: "expression-too-deep" },
  { name: "700 calls", source: "size(".repeat(700), ends: "expression-too-deep" },
  { name: "min() of 1,900", source: `min(${Array(1900).fill("1").join(",")})`, ends: "value" },
  { name: "a catastrophic pattern", source: "input.text.matches('^(a+)+$')", ends: "fuel-exhausted" },
  { name: "an ambiguous pattern", source: "input.text.matches('(a|a)*b')", ends: "fuel-exhausted" },
  { name: "a pattern of 1,900 states", source: `input.text.matches('${"a?".repeat(1900)}')`, ends: "fuel-exhausted" },
  { name: "repeated repetitions", source: "input.text.matches('((a{1,100}){1,100}){1,100}')", ends: "invalid-pattern" },
  { name: "a large search", source: "input.text.contains(input.text)", ends: "fuel-exhausted" },
  { name: "text doubled", source: "input.text + input.text", ends: "output-too-large" },
  { name: "text in every element", source: "input.list.map(x, input.text)", ends: "fuel-exhausted" },
  { name: "lists doubled", source: "input.list + input.list", ends: "fuel-exhausted" },
  { name: "unterminated text", source: `'${"a".repeat(4000)}`, ends: "expression-syntax" },
  { name: "4,000 NULs", source: "\0".repeat(4000), ends: "expression-syntax" },
];

function nestedMaps(count: number): string {
  return Array.from({ length: count }).reduceRight<string>(
    (inner, _, index) => `input.list.map(x${String(index)}, ${inner})`,
    "x0",
  );
}
