// Decision: a where is judged by trying every combination of what its comparisons can tell apart, not by a list of known tricks.
import type { Entity, Expression, JsonValue } from "@lintel/specs";
import { evaluateCondition } from "./evaluate-condition.ts";
import { rowDomain } from "./row-domain.ts";
import { simplify } from "./simplify.ts";

/** Beyond this many combinations nothing is proven. */
const mostCombinations = 4096;

/** `always`: for every row, whatever the caller sends. `unproven`: nobody knows, which must count as if it were. */
export type Verdict = "always" | "notAlways" | "unproven";

/** Whether the condition holds for every row. */
export function isAlwaysTrue(expression: Expression, entity: Entity | undefined): Verdict {
  return verdictOn(simplify(expression, entity), entity);
}

/** Parts by themselves first: all of `a && b` must hold, and one of `a || b` suffices, however much stands beside it. */
function verdictOn(expression: Expression, entity: Entity | undefined): Verdict {
  const parts = partsJoined(expression);
  if (parts.length === 1) return tryAll(expression, entity);
  const verdicts = parts.map((part) => verdictOn(part, entity));
  if (expression.type === "binary" && expression.operator === "&&") {
    if (verdicts.includes("notAlways")) return "notAlways";
    return verdicts.includes("unproven") ? "unproven" : "always";
  }
  return verdicts.includes("always") ? "always" : tryAll(expression, entity);
}

/** `a && b && c` or `a || b || c` as a list. */
function partsJoined(expression: Expression): readonly Expression[] {
  const { operator } = expression as { readonly operator?: string };
  if (operator !== "&&" && operator !== "||") return [expression];
  const flat = (part: Expression): readonly Expression[] =>
    part.type === "binary" && part.operator === operator ? [...flat(part.left), ...flat(part.right)] : [part];
  return flat(expression);
}

function tryAll(expression: Expression, entity: Entity | undefined): Verdict {
  const domain = rowDomain(entity, expression);
  let script: readonly Choice[] | undefined = [];
  for (let tried = 0; tried < mostCombinations && script !== undefined; tried += 1) {
    const choices = new Choices(script);
    if (evaluateCondition(expression, domain, choices) !== true) return "notAlways";
    script = nextScript(choices.made);
  }
  return script === undefined ? "always" : "unproven";
}

interface Choice {
  readonly key: string;
  readonly index: number;
  readonly values: readonly JsonValue[];
}

/** The values picked in one combination: a replay of the script first, then the first value of whatever is asked next. */
class Choices {
  readonly made: Choice[] = [];
  readonly #script: readonly Choice[];

  constructor(script: readonly Choice[]) {
    this.#script = script;
  }

  pick(key: string, values: readonly JsonValue[]): JsonValue {
    const known = this.made.find((choice) => choice.key === key);
    const choice = known ?? this.#script[this.made.length] ?? { key, index: 0, values };
    if (known === undefined) this.made.push(choice);
    return choice.values[choice.index] ?? null;
  }
}

/** The next combination, as an odometer counts; undefined after the last. */
function nextScript(made: readonly Choice[]): readonly Choice[] | undefined {
  const last = made.findLastIndex(({ index, values }) => index + 1 < values.length);
  const turning = made[last];
  if (turning === undefined) return undefined;
  return [...made.slice(0, last), { ...turning, index: turning.index + 1 }];
}
