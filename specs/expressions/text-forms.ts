// The text that stands for a uuid, date, instant, duration or decimal in JSON: read strictly, written in one form only.
import Big from "big.js";

export type TextKind = "uuid" | "date" | "instant" | "duration" | "decimal";

/** Digits of a decimal in all; more is refused. */
const maximumDigits = 200;
/** Milliseconds from 1970 of 9999-12-31T23:59:59.999Z, the last instant that a date can be of. */
const lastInstant = 253_402_300_799_999;
/** Of 0001-01-01T00:00:00Z. */
const firstInstant = -62_135_596_800_000;

/** The one form of the text, undefined where it is not of that kind. */
export function canonicalText(kind: TextKind, text: string): string | undefined {
  switch (kind) {
    case "uuid":
      return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : undefined;
    case "date":
      return parseDate(text) === undefined ? undefined : text;
    case "instant":
      return mapped(parseInstant(text), formatInstant);
    case "duration":
      return mapped(parseDuration(text), formatDuration);
    case "decimal":
      return mapped(parseDecimal(text), formatDecimal);
  }
}

/** Days from 1970-01-01 of `YYYY-MM-DD`, years 0001 to 9999. */
export function parseDate(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const time = Date.parse(`${text}T00:00:00.000Z`);
  const isReal = !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
  return isReal && time >= firstInstant ? time / 86_400_000 : undefined;
}

/** The date of a number of days from 1970-01-01; undefined beyond the years 0001 to 9999. */
export function formatDate(days: number): string | undefined {
  const time = days * 86_400_000;
  return time >= firstInstant && time <= lastInstant ? new Date(time).toISOString().slice(0, 10) : undefined;
}

/** Milliseconds from 1970 of an RFC 3339 date-time; finer fractions are cut. */
export function parseInstant(text: string): number | undefined {
  const form =
    /^(\d{4}-\d{2}-\d{2})[Tt ]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-][01]\d:[0-5]\d)$/.exec(text);
  if (form === null || parseDate(form[1] ?? "") === undefined) return undefined;
  const time = Date.parse(text.toUpperCase().replace(" ", "T"));
  return Number.isNaN(time) || time < firstInstant || time > lastInstant ? undefined : time;
}

/** Undefined beyond the years 0001 to 9999. */
export function formatInstant(time: number): string | undefined {
  return time >= firstInstant && time <= lastInstant ? new Date(time).toISOString() : undefined;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `90s`, `-5m`, `1h30m`, `7d`. */
export function parseDuration(text: string): number | undefined {
  if (text.length > 64 || !/^-?(?:\d+(?:ms|s|m|h|d))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, digits = "", unit = ""] of text.matchAll(/(\d+)(ms|s|m|h|d)/g))
    total += Number(digits) * (units[unit] ?? 0);
  return Number.isSafeInteger(total) ? (text.startsWith("-") ? 0 - total : total) : undefined;
}

/** Whole seconds as `90s`, else `1500ms`. */
export function formatDuration(milliseconds: number): string {
  const isWhole = milliseconds % 1000 === 0;
  return isWhole ? `${String(milliseconds / 1000)}s` : `${String(milliseconds)}ms`;
}

/** An exact decimal: digits with at most one point, no exponent. */
export function parseDecimal(text: string): Big | undefined {
  return text.length <= maximumDigits + 2 && /^-?\d+(?:\.\d+)?$/.test(text) ? new Big(text) : undefined;
}

/** Without trailing zeros, without an exponent; undefined with more than `maximumDigits`. */
export function formatDecimal(value: Big): string | undefined {
  const places = Math.max(0, value.c.length - 1 - value.e);
  const before = Math.max(1, value.e + 1);
  if (places + before > maximumDigits) return undefined;
  return value.eq(0) ? "0" : value.toFixed();
}

function mapped<T, R>(value: T | undefined, map: (value: T) => R): R | undefined {
  return value === undefined ? undefined : map(value);
}
