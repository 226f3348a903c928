import Big from "big.js";
import type { JsonValue } from "../../json.ts";
import type { FunctionName } from "../check/typed-expression.ts";
import { canonicalText, formatDecimal, type TextKind } from "../text-forms.ts";
import { EvaluationError } from "./evaluation-error.ts";
import type { Operation } from "./operation.ts";
import { readText } from "./read-value.ts";

type ConversionFunction = Extract<FunctionName, `textTo${string}` | `jsonTo${string}`>;

export const conversionFunctions = {
  textToInteger: ([a]) => parseInteger(readText(a)),
  textToNumber: ([a]) => parseNumber(readText(a)),
  textToDecimal: ([a]) => inForm("decimal", a),
  textToUuid: ([a]) => inForm("uuid", a),
  textToDate: ([a]) => inForm("date", a),
  textToInstant: ([a]) => inForm("instant", a),
  textToDuration: ([a]) => inForm("duration", a),
  jsonToText: ([a]) => (typeof a === "string" ? a : printScalar(a)),
  jsonToInteger: ([a]) =>
    typeof a === "number"
      ? parseInteger(String(Math.trunc(a)))
      : typeof a === "string"
        ? parseInteger(a)
        : invalid("an integer"),
  jsonToNumber: ([a]) => (typeof a === "number" ? a : typeof a === "string" ? parseNumber(a) : invalid("a number")),
  jsonToDecimal: ([a]) => (typeof a === "number" ? printDecimal(a) : inForm("decimal", a)),
  jsonToBoolean: ([a]) => (typeof a === "boolean" ? a : invalid("true or false")),
  jsonToUuid: ([a]) => inForm("uuid", a),
  jsonToDate: ([a]) => inForm("date", a),
  jsonToInstant: ([a]) => inForm("instant", a),
  jsonToDuration: ([a]) => inForm("duration", a),
} satisfies Record<ConversionFunction, Operation>;

function parseInteger(text: string): number {
  const value = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? (value === 0 ? 0 : value) : invalid("an integer");
}

function parseNumber(text: string): number {
  const value = /^-?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : invalid("a number");
}

function printDecimal(value: number): string {
  return (Number.isFinite(value) ? formatDecimal(new Big(value)) : undefined) ?? invalid("a decimal");
}

function inForm(kind: TextKind, value: JsonValue | undefined): string {
  const text = typeof value === "string" ? canonicalText(kind, value) : undefined;
  return text ?? invalid(`${kind === "instant" ? "an" : "a"} ${kind}`);
}

function printScalar(value: JsonValue | undefined): string {
  return typeof value === "number" || typeof value === "boolean" ? String(value) : invalid("text");
}

function invalid(wanted: string): never {
  throw new EvaluationError("invalid-value", `the value cannot be converted to ${wanted}`);
}
