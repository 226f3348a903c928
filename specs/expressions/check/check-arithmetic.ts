import type { BinaryOperator } from "../expression.ts";
import { joinTypes } from "../types/join-types.ts";
import { simple, type ValueType } from "../types/value-type.ts";
import { hintFor } from "./check-binary.ts";
import { fail, requirePresent, typeProblem } from "./check-context.ts";
import { callOf, widen } from "./coerce.ts";
import type { FunctionName, Typed } from "./typed-expression.ts";

export type ArithmeticOperator = Extract<BinaryOperator, "+" | "-" | "*" | "/" | "%">;

type Family = "integer" | "number" | "decimal";

const numeric: Readonly<Record<Family, Readonly<Partial<Record<ArithmeticOperator, FunctionName>>>>> = {
  integer: {
    "+": "integerAdd",
    "-": "integerSubtract",
    "*": "integerMultiply",
    "/": "integerDivide",
    "%": "integerRemainder",
  },
  number: { "+": "numberAdd", "-": "numberSubtract", "*": "numberMultiply", "/": "numberDivide" },
  decimal: { "+": "decimalAdd", "-": "decimalSubtract", "*": "decimalMultiply", "/": "decimalDivide" },
};

/** Operators between two kinds that are not one numeric kind: `left operator right` to function and result. */
const mixed: Readonly<Record<string, readonly [FunctionName, "string" | "integer" | "date" | "instant" | "duration"]>> =
  {
    "string + string": ["textConcatenate", "string"],
    "date - date": ["dateDifference", "integer"],
    "date + integer": ["dateAddDays", "date"],
    "date - integer": ["dateSubtractDays", "date"],
    "instant + duration": ["instantAdd", "instant"],
    "duration + instant": ["instantAdd", "instant"],
    "instant - duration": ["instantSubtract", "instant"],
    "instant - instant": ["instantDifference", "duration"],
    "duration + duration": ["durationAdd", "duration"],
    "duration - duration": ["durationSubtract", "duration"],
    "duration * integer": ["durationMultiply", "duration"],
  };

/** `+ - * / %`; the operands must be there, and no overload is guessed. */
export function checkArithmetic(operator: ArithmeticOperator, before: Typed, after: Typed, offset: number): Typed {
  const left = requirePresent(before, `"${operator}"`);
  const right = requirePresent(after, `"${operator}"`);
  return (
    numericCall(operator, left, right, offset) ??
    moneyCall(operator, left, right, offset) ??
    listCall(operator, left, right, offset) ??
    mixedCall(operator, left, right, offset) ??
    typeProblem(
      `"${operator}"`,
      [left.valueType, right.valueType],
      offset,
      hint(operator, left.valueType, right.valueType),
    )
  );
}

/** `-x`. */
export function checkNegation(operand: Typed, offset: number): Typed {
  const value = requirePresent(operand, '"-"');
  const functions: Readonly<Partial<Record<ValueType["kind"], FunctionName>>> = {
    integer: "integerNegate",
    number: "numberNegate",
    decimal: "decimalNegate",
    money: "moneyNegate",
    duration: "durationNegate",
  };
  const name = functions[value.valueType.kind];
  return name === undefined
    ? typeProblem('"-"', [value.valueType], offset)
    : callOf(name, [value], value.valueType, offset);
}

function numericCall(operator: ArithmeticOperator, left: Typed, right: Typed, offset: number): Typed | undefined {
  const family = numericFamily(left, right);
  if (family === undefined) return undefined;
  const [a, b] = [widen(left, simple(family)), widen(right, simple(family))];
  const name = numeric[family][operator];
  if (a.valueType.kind !== family || b.valueType.kind !== family || name === undefined) return undefined;
  return callOf(name, [a, b], simple(family), offset);
}

function numericFamily(left: Typed, right: Typed): Family | undefined {
  const kinds = [left.valueType.kind, right.valueType.kind];
  return (["decimal", "number", "integer"] as const).find((family) => kinds.includes(family));
}

function moneyCall(operator: ArithmeticOperator, left: Typed, right: Typed, offset: number): Typed | undefined {
  const [a, b] = [left.valueType, right.valueType];
  if (operator === "*" && a.kind === "money" && b.kind === "integer")
    return callOf("moneyMultiply", [left, right], a, offset);
  if (operator === "*" && b.kind === "money" && a.kind === "integer")
    return callOf("moneyMultiply", [right, left], b, offset);
  if (a.kind !== "money" || b.kind !== "money" || (operator !== "+" && operator !== "-")) return undefined;
  const currency = a.currency ?? b.currency;
  if (currency !== undefined && (b.currency ?? currency) !== currency) {
    fail("currency-mismatch", `"${operator}" stands between money in ${currency} and ${b.currency ?? ""}`, offset);
  }
  const type: ValueType = { kind: "money", nullable: false, ...(currency === undefined ? {} : { currency }) };
  return callOf(operator === "+" ? "moneyAdd" : "moneySubtract", [left, right], type, offset);
}

function listCall(operator: ArithmeticOperator, left: Typed, right: Typed, offset: number): Typed | undefined {
  if (operator !== "+" || left.valueType.kind !== "list" || right.valueType.kind !== "list") return undefined;
  const joined = joinTypes(left.valueType, right.valueType);
  return joined === undefined ? undefined : callOf("listConcatenate", [left, right], joined, offset);
}

function mixedCall(operator: ArithmeticOperator, left: Typed, right: Typed, offset: number): Typed | undefined {
  const [a, b] = temporalConstants(operator, left, right);
  const found = mixed[`${textKind(a)} ${operator} ${textKind(b)}`];
  if (found === undefined) return undefined;
  const isTurned = a.valueType.kind === "duration" && b.valueType.kind === "instant";
  return callOf(found[0], isTurned ? [b, a] : [a, b], simple(found[1]), offset);
}

/** `this.endsOn - "2026-01-01"`: a constant beside a date or an instant is read as what the operator takes there. */
function temporalConstants(operator: ArithmeticOperator, left: Typed, right: Typed): readonly [Typed, Typed] {
  const { kind } = left.valueType;
  if (right.type !== "constant" || typeof right.value !== "string") return [left, right];
  if (kind === "date" && operator === "-") return [left, widen(right, simple("date"))];
  if (kind === "instant" || kind === "duration") return [left, widen(right, simple("duration"))];
  return [left, right];
}

function textKind({ valueType }: Typed): string {
  return valueType.kind === "enum" ? "string" : valueType.kind;
}

function hint(operator: ArithmeticOperator, left: ValueType, right: ValueType): string | undefined {
  if (operator === "+" && [left, right].some(({ kind }) => kind === "string" || kind === "enum")) {
    return "string(…) converts a value to text";
  }
  if (left.kind === "money" || right.kind === "money") return "money takes + and - with money, and * with an integer";
  return hintFor([left, right]);
}
