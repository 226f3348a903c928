import type { JsonValue } from "../../json.ts";
import type { Fuel } from "./fuel.ts";

/** The roots that an expression reads, by name: `input`, `caller`, `nodes`, `this` and so on. */
export type EvaluationContext = Readonly<Record<string, JsonValue>>;

/** What one evaluation has at hand. */
export interface Frame {
  readonly context: EvaluationContext;
  readonly fuel: Fuel;
  /** Values of the macros' variables around the node, by slot. */
  readonly variables: readonly JsonValue[];
}

/** One compiled node. */
export type Step = (frame: Frame) => JsonValue;

/** A compiled expression or template; throws EvaluationError. */
export type Evaluate = (context: EvaluationContext, fuel: Fuel) => JsonValue;
