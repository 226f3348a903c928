import { EvaluationError } from "./evaluation-error.ts";

/** Steps that evaluations may still take; one object can serve several evaluations, which then share it. */
export interface Fuel {
  remaining: number;
}

/** Steps of one evaluation: a node is one, so is each element of a list gone through. */
const defaultFuel = 10_000;

export function newFuel(limit: number = defaultFuel): Fuel {
  return { remaining: limit };
}

/** Takes steps; throws EvaluationError `fuel-exhausted` when there are not enough. */
export function burn(fuel: Fuel, steps: number): void {
  fuel.remaining -= steps;
  if (fuel.remaining >= 0) return;
  fuel.remaining = 0;
  throw new EvaluationError("fuel-exhausted", "the expression takes too many steps");
}
