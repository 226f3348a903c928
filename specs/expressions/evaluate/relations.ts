import { isJsonObject, type JsonValue } from "../../json.ts";
import type { EqualityKind, OrderKind, OrderOperator } from "../check/typed-expression.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { burn, type Fuel } from "./fuel.ts";
import { readDate, readDecimal, readDuration, readInstant, readMoney, readNumber, readText } from "./read-value.ts";

type Equality = (left: JsonValue, right: JsonValue, fuel: Fuel) => boolean;
/** Negative, zero or positive, as for Array.sort. */
type Order = (left: JsonValue, right: JsonValue) => number;

const equalities: Readonly<Record<EqualityKind, Equality>> = {
  value: (left, right) => left === right,
  uuid: (left, right) => readText(left).toLowerCase() === readText(right).toLowerCase(),
  decimal: (left, right) => readDecimal(left).eq(readDecimal(right)),
  money: (left, right) => {
    const [a, b] = [readMoney(left), readMoney(right)];
    return a.amount === b.amount && a.currency === b.currency;
  },
  instant: (left, right) => readInstant(left) === readInstant(right),
  duration: (left, right) => readDuration(left) === readDuration(right),
  json: isSameJson,
};

export const orders: Readonly<Record<OrderKind, Order>> = {
  number: (left, right) => readNumber(left) - readNumber(right),
  decimal: (left, right) => readDecimal(left).cmp(readDecimal(right)),
  money: (left, right) => {
    const [a, b] = [readMoney(left), readMoney(right)];
    if (a.currency !== b.currency)
      throw new EvaluationError("currency-mismatch", "money of two currencies is compared");
    return a.amount - b.amount;
  },
  text: (left, right) => compareCodePoints(readText(left), readText(right)),
  date: (left, right) => readDate(left) - readDate(right),
  instant: (left, right) => readInstant(left) - readInstant(right),
  duration: (left, right) => readDuration(left) - readDuration(right),
};

const outcomes: Readonly<Record<OrderOperator, (order: number) => boolean>> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

/** IS NOT DISTINCT FROM: two nulls are equal. */
export function isEqual(by: EqualityKind, left: JsonValue, right: JsonValue, fuel: Fuel): boolean {
  return left === null || right === null ? left === right : equalities[by](left, right, fuel);
}

export function isOrdered(operator: OrderOperator, by: OrderKind, left: JsonValue, right: JsonValue): boolean {
  return outcomes[operator](orders[by](left, right));
}

function isSameJson(left: JsonValue, right: JsonValue, fuel: Fuel): boolean {
  burn(fuel, 1);
  if (Array.isArray(left) && Array.isArray(right)) {
    return (
      left.length === right.length &&
      left.every((value, index) => isSameJson(value as JsonValue, right[index] as JsonValue, fuel))
    );
  }
  if (!isJsonObject(left) || !isJsonObject(right)) return left === right;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isSameJson(left[key] ?? null, right[key] ?? null, fuel))
  );
}

/** The order of UTF-8 bytes, which is PostgreSQL's COLLATE "C"; JavaScript's own differs above U+FFFF. */
function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  let at = 0;
  while (at < length && left.charCodeAt(at) === right.charCodeAt(at)) at += 1;
  if (at === length) return left.length - right.length;
  const [a, b] = [left.charCodeAt(at), right.charCodeAt(at)];
  const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;
  return isSurrogate(a) === isSurrogate(b) ? a - b : isSurrogate(a) ? 1 : -1;
}
