import { suggestion } from "../../load/did-you-mean.ts";
import type { ExpressionCode } from "../expression-codes.ts";
import { describeType, type ObjectType, simple, type ValueType, withoutNull } from "../types/value-type.ts";
import { hintFor } from "./check-binary.ts";
import { fail } from "./check-context.ts";
import { widen } from "./coerce.ts";
import type { Typed } from "./typed-expression.ts";

/** Kinds whose JSON is text, so that they can stand where text is wanted. */
const textual: ReadonlySet<ValueType["kind"]> = new Set([
  "string",
  "enum",
  "uuid",
  "date",
  "instant",
  "duration",
  "decimal",
]);

/** Whether json must be converted to stand for another type, or is checked against its schema when it is there. */
export type JsonRule = "convert" | "trust";

/** The value as one of the wanted type, literals and integers converted; throws ExpressionError where it cannot be. */
export function assign(typed: Typed, target: ValueType, what: string, json: JsonRule = "convert"): Typed {
  const value = widen(typed, target);
  const problem = mismatch(value.valueType, target, what, json);
  if (problem !== undefined) return fail(problem.code, problem.message, typed.offset, problem.hint);
  return value;
}

interface Mismatch {
  readonly code: ExpressionCode;
  readonly message: string;
  readonly hint?: string;
}

/** Why a value of one type cannot stand where another is wanted; undefined where it can. */
export function mismatch(
  from: ValueType,
  to: ValueType,
  what: string,
  json: JsonRule = "convert",
): Mismatch | undefined {
  if (from.kind === "json" && json === "trust") return undefined;
  if (to.kind === "json" && (to.nullable || !from.nullable)) return undefined;
  if (from.nullable && !to.nullable) {
    const hint = "guard it with `x != null ? … : …`, or make the target nullable";
    return { code: "nullable-value", message: `${what} is never null, and this may be (${describeType(from)})`, hint };
  }
  if (from.kind === "null" || to.kind === "json") return undefined;
  if (from.kind === "object" && to.kind === "object") return objectMismatch(from, to, what, json);
  if (from.kind === "list" && to.kind === "list")
    return mismatch(from.element, to.element, `an element of ${what}`, json);
  if (from.kind === "enum" && to.kind === "enum") return enumMismatch(from.values, to.values, what);
  if (from.kind === "money" && to.kind === "money") return moneyMismatch(from.currency, to.currency, what);
  if (from.kind === "object" && to.kind === "money") return objectMismatch(from, moneyObject(to.currency), what, json);
  if (from.kind === "money" && to.kind === "object") return objectMismatch(moneyObject(from.currency), to, what, json);
  if (from.kind === to.kind || (to.kind === "string" && textual.has(from.kind))) return undefined;
  if (from.kind === "integer" && to.kind === "number") return undefined;
  return different(from, to, what);
}

function different(from: ValueType, to: ValueType, what: string): Mismatch {
  const [wanted, given] = [withoutNull(to), withoutNull(from)];
  const hint =
    to.kind === "enum" ? `declare \`enum: [${to.values.join(", ")}]\` where the text comes from` : hintFor([to, from]);
  const message = `${what} takes ${describeType(wanted)}, and this is ${describeType(given)}`;
  return { code: "expression-type", message, ...(hint === undefined ? {} : { hint }) };
}

function objectMismatch(from: ObjectType, to: ObjectType, what: string, json: JsonRule): Mismatch | undefined {
  const given = new Map(Object.entries(from.fields));
  for (const [name, type] of Object.entries(to.fields)) {
    const field = given.get(name);
    if (field === undefined && !type.nullable && !from.isOpen && to.optional?.includes(name) !== true) {
      return { code: "missing-field", message: `${what} needs "${name}"` };
    }
    const problem = field === undefined ? undefined : mismatch(field, type, `"${name}" of ${what}`, json);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function enumMismatch(from: readonly string[], to: readonly string[], what: string): Mismatch | undefined {
  const wrong = from.find((value) => !to.includes(value));
  if (wrong === undefined) return undefined;
  const message = `${JSON.stringify(wrong)} is not one of the values of ${what}`;
  const hint = suggestion(wrong, to);
  return { code: "unknown-enum-value", message, ...(hint === undefined ? {} : { hint }) };
}

function moneyMismatch(from: string | undefined, to: string | undefined, what: string): Mismatch | undefined {
  if (from === undefined || to === undefined || from === to) return undefined;
  return { code: "currency-mismatch", message: `${what} takes money in ${to}, and this is in ${from}` };
}

function moneyObject(currency: string | undefined): ObjectType {
  const text: ValueType =
    currency === undefined ? simple("string") : { kind: "enum", values: [currency], nullable: false };
  return { kind: "object", fields: { amount: simple("integer"), currency: text }, isOpen: false, nullable: false };
}
