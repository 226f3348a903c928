import {
  compileExpression,
  EvaluationError,
  ExpressionError,
  type JsonValue,
  newFuel,
  type ValueType,
} from "../../../../specs/index.ts";
import { isSame, ourValueOf } from "./cel-value.ts";
import type { ConformanceCase } from "./conformance-case.ts";

/** What became of one case: the same as CEL's, refused when compiled (and why), or another answer. */
export type Outcome =
  | { readonly type: "same" }
  | { readonly type: "refused"; readonly why: string }
  | { readonly type: "other"; readonly seen: string };

interface Bindings {
  readonly names: Readonly<Record<string, ValueType>>;
  readonly context: Readonly<Record<string, JsonValue>>;
}

export function runCase({ expression, original }: ConformanceCase): Outcome {
  const bindings = bindingsOf(original.bindings);
  if (bindings === undefined) return { type: "refused", why: "a binding has a type that is not ours" };
  try {
    const value = compileExpression(expression, { names: bindings.names })(bindings.context, newFuel());
    return compare(value, original);
  } catch (error) {
    if (error instanceof EvaluationError) {
      return original.evalError === undefined ? { type: "other", seen: error.code } : { type: "same" };
    }
    if (error instanceof ExpressionError) {
      return original.evalError === undefined ? { type: "refused", why: error.code } : { type: "same" };
    }
    throw error;
  }
}

function compare(seen: JsonValue, original: ConformanceCase["original"]): Outcome {
  if (original.evalError !== undefined) return { type: "other", seen: `a value, ${JSON.stringify(seen)}` };
  // A test without a value only asks for true, as the data's description says.
  const wanted = ourValueOf(valueOf(original) ?? { boolValue: true });
  if (wanted === undefined) return { type: "other", seen: `${JSON.stringify(seen)} for a value that is not ours` };
  return isSame(seen, wanted) ? { type: "same" } : { type: "other", seen: JSON.stringify(seen) };
}

function valueOf(original: ConformanceCase["original"]): unknown {
  const typed = original.typedResult as { readonly result?: unknown } | undefined;
  return original.value ?? typed?.result;
}

function bindingsOf(bindings: unknown): Bindings | undefined {
  const names: Record<string, ValueType> = {};
  const context: Record<string, JsonValue> = {};
  for (const [name, bound] of Object.entries((bindings ?? {}) as Record<string, { readonly value?: unknown }>)) {
    const ours = bound.value === undefined ? undefined : ourValueOf(bound.value);
    if (ours === undefined) return undefined;
    names[name] = ours.type;
    context[name] = ours.value;
  }
  return { names, context };
}
