// Values as the checker promised them; a broken promise (a row without its field) is an error, never a wrong answer.
import Big from "big.js";
import { isJsonObject, type JsonValue } from "../../json.ts";
import { parseDate, parseDecimal, parseDuration, parseInstant } from "../text-forms.ts";
import { EvaluationError } from "./evaluation-error.ts";

export interface Money {
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
}

export function readNumber(value: JsonValue | undefined): number {
  return typeof value === "number" ? value : wrong(value, "a number");
}

export function readText(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : wrong(value, "text");
}

export function readBoolean(value: JsonValue | undefined): boolean {
  return typeof value === "boolean" ? value : wrong(value, "true or false");
}

export function readList(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : wrong(value, "a list");
}

/** Rows from a database driver may hold a decimal as text or as a number. */
export function readDecimal(value: JsonValue | undefined): Big {
  if (typeof value === "number" && Number.isFinite(value)) return new Big(value);
  return (typeof value === "string" ? parseDecimal(value) : undefined) ?? wrong(value, "a decimal");
}

export function readMoney(value: JsonValue | undefined): Money {
  if (!isJsonObject(value)) return wrong(value, "money");
  const { amount, currency } = value;
  if (typeof amount !== "number" || typeof currency !== "string") return wrong(value, "money");
  return { amount, currency };
}

/** Days from 1970-01-01. */
export function readDate(value: JsonValue | undefined): number {
  return (typeof value === "string" ? parseDate(value) : undefined) ?? wrong(value, "a date");
}

/** Milliseconds from 1970. */
export function readInstant(value: JsonValue | undefined): number {
  return (typeof value === "string" ? parseInstant(value) : undefined) ?? wrong(value, "an instant");
}

/** Milliseconds. */
export function readDuration(value: JsonValue | undefined): number {
  return (typeof value === "string" ? parseDuration(value) : undefined) ?? wrong(value, "a duration");
}

function wrong(value: JsonValue | undefined, wanted: string): never {
  if (value === null || value === undefined) {
    throw new EvaluationError("no-such-value", `the expression needs ${wanted}, and there is no value`);
  }
  throw new EvaluationError("wrong-type", `the expression needs ${wanted}, and the value is something else`);
}
