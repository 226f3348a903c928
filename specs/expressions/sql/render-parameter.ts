import type { JsonValue } from "../../json.ts";
import type { Typed } from "../check/typed-expression.ts";
import { evaluateTyped } from "../evaluate/compile-expression.ts";
import { EvaluationError } from "../evaluate/evaluation-error.ts";
import { readDuration, readMoney } from "../evaluate/read-value.ts";
import type { Evaluate } from "../evaluate/step.ts";
import type { ValueType } from "../types/value-type.ts";
import { notInSql, type SqlContext } from "./sql-context.ts";
import { raw, type SqlFragment, sqlTypeOf } from "./sql-fragment.ts";

/** A value that depends on no row, as a parameter with its cast; money must be in the currency of its column. */
export function renderParameter(typed: Typed, { guards }: SqlContext, currency?: string): SqlFragment {
  if (typed.valueType.kind === "null") return raw("NULL");
  const type = sqlTypeOf(typed.valueType) ?? notInSql("a list of lists", typed.offset);
  const value = evaluateTyped(typed);
  const conditions = guards.map(({ condition, outcome }) => ({ holds: evaluateTyped(condition), outcome }));
  const evaluate: Evaluate = (context, fuel) => {
    const isReached = conditions.every(({ holds, outcome }) => holds(context, fuel) === outcome);
    return isReached ? bound(value(context, fuel), typed.valueType, currency) : null;
  };
  return { text: ["", `::${type}`], parameters: [{ evaluate, type }] };
}

/** A value in the form that PostgreSQL's casts read. */
function bound(value: JsonValue, type: ValueType, currency: string | undefined): JsonValue {
  if (value === null) return null;
  switch (type.kind) {
    case "money":
      return minorUnits(value, currency ?? type.currency);
    case "duration":
      return readDuration(value);
    case "json":
    case "object":
      return JSON.stringify(value);
    case "string":
      return storable(value);
    case "list":
      return Array.isArray(value) ? value.map((element) => bound(element as JsonValue, type.element, currency)) : null;
    default:
      return value;
  }
}

/** PostgreSQL's text has no NUL. */
function storable(value: JsonValue): JsonValue {
  if (typeof value !== "string" || !value.includes("\0")) return value;
  throw new EvaluationError("invalid-value", "text with the character NUL cannot be compared in the database");
}

function minorUnits(value: JsonValue, currency: string | undefined): number {
  const money = readMoney(value);
  if (currency === undefined || money.currency === currency) return money.amount;
  throw new EvaluationError("currency-mismatch", "money of two currencies is compared");
}
