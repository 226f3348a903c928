import type { JsonValue } from "../../json.ts";
import type { Fuel } from "./fuel.ts";

/** What a function does with its evaluated operands; throws EvaluationError. */
export type Operation = (operands: readonly JsonValue[], fuel: Fuel) => JsonValue;
