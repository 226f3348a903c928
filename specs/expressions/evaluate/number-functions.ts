import Big from "big.js";
import type { FunctionName } from "../check/typed-expression.ts";
import { formatDecimal } from "../text-forms.ts";
import { EvaluationError } from "./evaluation-error.ts";
import type { Operation } from "./operation.ts";
import { type Money, readDecimal, readMoney, readNumber } from "./read-value.ts";

type NumberFunction = Extract<
  FunctionName,
  `integer${string}` | `number${string}` | `decimal${string}` | `money${string}`
>;

/** Digits after the point of a decimal quotient; rounded half up, away from zero. */
const quotientPlaces = 20;

export const numberFunctions = {
  integerNegate: ([a]) => safe(0 - readNumber(a)),
  integerAdd: ([a, b]) => safe(readNumber(a) + readNumber(b)),
  integerSubtract: ([a, b]) => safe(readNumber(a) - readNumber(b)),
  integerMultiply: ([a, b]) => safe(readNumber(a) * readNumber(b)),
  integerDivide: ([a, b]) => safe(Math.trunc(readNumber(a) / divisor(readNumber(b)))),
  integerRemainder: ([a, b]) => safe(readNumber(a) % divisor(readNumber(b))),
  numberNegate: ([a]) => finite(0 - readNumber(a)),
  numberAdd: ([a, b]) => finite(readNumber(a) + readNumber(b)),
  numberSubtract: ([a, b]) => finite(readNumber(a) - readNumber(b)),
  numberMultiply: ([a, b]) => finite(readNumber(a) * readNumber(b)),
  numberDivide: ([a, b]) => finite(readNumber(a) / divisor(readNumber(b))),
  decimalNegate: ([a]) => decimal(readDecimal(a).times(-1)),
  decimalAdd: ([a, b]) => decimal(readDecimal(a).plus(readDecimal(b))),
  decimalSubtract: ([a, b]) => decimal(readDecimal(a).minus(readDecimal(b))),
  decimalMultiply: ([a, b]) => decimal(readDecimal(a).times(readDecimal(b))),
  decimalDivide: ([a, b]) => decimal(quotient(readDecimal(a), readDecimal(b))),
  moneyNegate: ([a]) => money(readMoney(a), (amount) => 0 - amount),
  moneyAdd: ([a, b]) => money(readMoney(a), (amount) => amount + sameCurrency(readMoney(a), readMoney(b)).amount),
  moneySubtract: ([a, b]) => money(readMoney(a), (amount) => amount - sameCurrency(readMoney(a), readMoney(b)).amount),
  moneyMultiply: ([a, b]) => money(readMoney(a), (amount) => amount * readNumber(b)),
  moneyOf: ([amount, currency]) => ({ amount: safe(readNumber(amount)), currency: currency ?? null }),
  integerToText: ([a]) => String(readNumber(a)),
  numberToText: ([a]) => String(readNumber(a)),
  decimalToText: ([a]) => decimal(readDecimal(a)),
  numberToInteger: ([a]) => safe(Math.trunc(readNumber(a))),
  decimalToInteger: ([a]) => safe(Number(readDecimal(a).round(0, Big.roundDown).toFixed())),
  integerToNumber: ([a]) => readNumber(a),
  decimalToNumber: ([a]) => finite(Number(readDecimal(a).toFixed())),
  integerToDecimal: ([a]) => decimal(new Big(readNumber(a))),
  numberToDecimal: ([a]) => decimal(new Big(finite(readNumber(a)))),
} satisfies Record<NumberFunction, Operation>;

/** An integer within ±(2^53-1), where a double holds every one; never -0. */
function safe(value: number): number {
  if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  throw overflow();
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value === 0 ? 0 : value;
  throw overflow();
}

function decimal(value: Big): string {
  const text = formatDecimal(value);
  if (text === undefined) throw overflow();
  return text;
}

function divisor(value: number): number {
  if (value === 0) throw divisionByZero();
  return value;
}

function quotient(left: Big, right: Big): Big {
  if (right.eq(0)) throw divisionByZero();
  const Quotient = Big();
  Quotient.DP = quotientPlaces;
  Quotient.RM = Big.roundHalfUp;
  return new Quotient(left).div(new Quotient(right));
}

function money({ amount, currency }: Money, change: (amount: number) => number): { amount: number; currency: string } {
  return { amount: safe(change(amount)), currency };
}

function sameCurrency(left: Money, right: Money): Money {
  if (left.currency === right.currency) return right;
  throw new EvaluationError("currency-mismatch", "money of two currencies is added or subtracted");
}

function overflow(): EvaluationError {
  return new EvaluationError("overflow", "the expression's number is too large");
}

function divisionByZero(): EvaluationError {
  return new EvaluationError("division-by-zero", "the expression divides by zero");
}
