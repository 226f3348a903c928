import type { FunctionName } from "../check/typed-expression.ts";
import { EvaluationError } from "./evaluation-error.ts";
import type { Operation } from "./operation.ts";
import { readDate, readDuration, readInstant, readNumber, readText } from "./read-value.ts";

/** What an instant shows on the calendar and the clock of a zone. */
interface WallClock {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Of the last full minute, as PostgreSQL counts them. */
  readonly milliseconds: number;
}

const millisecondsOfDay = 86_400_000;

export const timePartFunctions = {
  datePart: ([date, field, less]) => {
    const days = readDate(date);
    return partOf(fieldsOfDay(days), readText(field)) - readNumber(less);
  },
  // Cut towards zero, as PostgreSQL divides whole numbers.
  durationPart: ([duration, unit, modulus]) =>
    Math.trunc(readDuration(duration) / readNumber(unit)) % readNumber(modulus) || 0,
} satisfies Record<Extract<FunctionName, "datePart" | "durationPart">, Operation>;

/** A part of an instant in a time zone; the zone's formatter is made once. */
export function zonedPart(zone: string): Operation {
  const wallClock = zone === "UTC" ? utcClock : clockOf(zone);
  return ([instant, field, modulus, less]) =>
    (partOf(wallClock(readInstant(instant)), readText(field)) % readNumber(modulus)) - readNumber(less);
}

function partOf(clock: WallClock, field: string): number {
  if (field === "dow") return new Date(dayStart(clock)).getUTCDay();
  if (field === "doy") return (dayStart(clock) - dayStart({ ...clock, month: 1, day: 1 })) / millisecondsOfDay + 1;
  const value = (clock as unknown as Readonly<Record<string, number>>)[field];
  if (value === undefined)
    throw new EvaluationError("wrong-type", "the expression asks for a part that time does not have");
  return value;
}

function fieldsOfDay(days: number): WallClock {
  return utcClock(days * millisecondsOfDay);
}

function utcClock(time: number): WallClock {
  const date = new Date(time);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    milliseconds: date.getUTCSeconds() * 1000 + date.getUTCMilliseconds(),
  };
}

/** The formatter is made at the first time: a V8 snapshot cannot hold it. */
function clockOf(zone: string): (time: number) => WallClock {
  let format: Intl.DateTimeFormat | undefined;
  return (time) => {
    format ??= new Intl.DateTimeFormat("en", {
      timeZone: zone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
    const part = (name: "year" | "month" | "day" | "hour" | "minute" | "second"): number => parts.get(name) ?? 0;
    const [year, month, day] = [part("year"), part("month"), part("day")];
    const [hour, minute, second] = [part("hour"), part("minute"), part("second")];
    const rest = ((time % 1000) + 1000) % 1000;
    return { year, month, day, hour, minute, second, milliseconds: second * 1000 + rest };
  };
}

/** Date.UTC() takes years below 100 for 19xx. */
function dayStart({ year, month, day }: WallClock): number {
  const date = new Date(0);
  return date.setUTCFullYear(year, month - 1, day);
}
