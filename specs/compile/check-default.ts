import { RE2JS } from "re2js";
import { isJsonObject, type JsonValue } from "../json.ts";
import type { Field, FieldType } from "../language/entity.ts";
import type { Path, Report } from "../load/report.ts";
import { isDate, isInstant } from "./calendar.ts";
import { patternProblem } from "./pattern-problem.ts";

/** Reports a default that is not a value of its field. */
export function checkDefault(field: Field, path: Path, report: Report): void {
  const value = field.default;
  if (value === undefined) return;
  const reason = value === null ? nullProblem(field) : (typeProblem(field, value) ?? boundsProblem(field, value));
  if (reason !== undefined) report("bad-default", [...path, "default"], { name: field.name, type: field.type, reason });
}

function nullProblem(field: Field): string | undefined {
  return field.nullable ? undefined : "it is null, and the field is not nullable";
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What a value of each type looks like in JSON, and the test for it. */
const forms: Readonly<Record<FieldType, readonly [string, (value: JsonValue, field: Field) => boolean]>> = {
  uuid: ["it must be a uuid", (value) => typeof value === "string" && uuid.test(value)],
  string: ["it must be text; quote it", (value) => typeof value === "string"],
  integer: ["it must be a whole number", (value) => Number.isSafeInteger(value)],
  number: ["it must be a number", (value) => typeof value === "number"],
  decimal: ['it must be quoted digits, such as "1.50"', isDecimal],
  money: ["it must be { amount: whole minor units, currency }, in the field's currency", isMoney],
  boolean: ["it must be true or false", (value) => typeof value === "boolean"],
  date: ["it must be a date, YYYY-MM-DD", (value) => typeof value === "string" && isDate(value)],
  instant: ["it must be an instant in UTC, such as 2026-03-01T09:00:00Z", (v) => typeof v === "string" && isInstant(v)],
  duration: ["it must be a duration, such as 90s", (v) => typeof v === "string" && /^\d+(ms|s|m|h|d)$/.test(v)],
  enum: [
    "it must be one of its values",
    (value, { values = [] }) => typeof value === "string" && values.includes(value),
  ],
  json: ["", () => true],
};

function typeProblem(field: Field, value: JsonValue): string | undefined {
  const [reason, holds] = forms[field.type];
  return holds(value, field) ? undefined : reason;
}

function isDecimal(value: JsonValue, { precision = 38, scale = 9 }: Field): boolean {
  if (typeof value !== "string") return false;
  const [, whole = "", fraction = ""] = /^-?(\d+)(?:\.(\d+))?$/.exec(value) ?? [];
  return whole !== "" && fraction.length <= scale && whole.replace(/^0+/, "").length <= precision - scale;
}

function isMoney(value: JsonValue, { currency }: Field): boolean {
  if (!isJsonObject(value) || Object.keys(value).length !== 2) return false;
  return Number.isSafeInteger(value["amount"]) && value["currency"] === currency;
}

function boundsProblem(field: Field, value: JsonValue): string | undefined {
  const size = sizeOf(value);
  const { minimum, maximum, minLength, maxLength, pattern } = field;
  if (size !== undefined && minimum !== undefined && size < minimum) return `it is less than ${String(minimum)}`;
  if (size !== undefined && maximum !== undefined && size > maximum) return `it is more than ${String(maximum)}`;
  if (field.type !== "string" || typeof value !== "string") return undefined;
  // PostgreSQL and JSON Schema count code points.
  const { length } = Array.from(value);
  if (minLength !== undefined && length < minLength) return `it is shorter than ${String(minLength)}`;
  if (maxLength !== undefined && length > maxLength) return `it is longer than ${String(maxLength)}`;
  if (pattern === undefined || patternProblem(pattern) !== undefined) return undefined;
  return RE2JS.compile(pattern).matcher(value).find() ? undefined : "it does not match the pattern";
}

function sizeOf(value: JsonValue): number | undefined {
  if (typeof value === "number") return value;
  if (isJsonObject(value) && typeof value["amount"] === "number") return value["amount"];
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}
