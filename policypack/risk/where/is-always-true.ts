// Decision: a where is judged by trying every combination of what its comparisons can tell apart, not by a list of known tricks.
import type { Entity, Expression, JsonValue } from "@lintel/specs";
import { evaluateCondition } from "./evaluate-condition.ts";
import { rowDomain } from "./row-domain.ts";

/** Beyond this many combinations a where counts as restricting; what it touches is judged by its row limit all the same. */
const mostCombinations = 4096;

/** Whether the condition holds for every row, whatever the caller sends. */
export function isAlwaysTrue(expression: Expression, entity: Entity | undefined): boolean {
  const domain = rowDomain(entity, expression);
  let script: readonly Choice[] | undefined = [];
  for (let tried = 0; tried < mostCombinations && script !== undefined; tried += 1) {
    const choices = new Choices(script);
    if (evaluateCondition(expression, domain, choices) !== true) return false;
    script = nextScript(choices.made);
  }
  return script === undefined;
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
