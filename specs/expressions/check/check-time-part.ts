// Decision: CEL's accessors of timestamps and durations, with CEL's counting: months, days and weekdays from 0, but getDate() from 1.
import type { JsonValue } from "../../json.ts";
import { simple } from "../types/value-type.ts";
import { fail, requirePresent, typeProblem } from "./check-context.ts";
import { callOf } from "./coerce.ts";
import { requireZone } from "./conversions.ts";
import type { Typed } from "./typed-expression.ts";

/** A part's field as PostgreSQL's date_part names it, and what CEL counts less than it. */
interface TimePart {
  readonly field: "year" | "month" | "day" | "dow" | "doy" | "hour" | "minute" | "second" | "milliseconds";
  readonly less: 0 | 1;
  /** Milliseconds of one unit, where a duration is counted in it. */
  readonly unit?: number;
}

export const timeParts: Readonly<Record<string, TimePart>> = {
  getFullYear: { field: "year", less: 0 },
  getMonth: { field: "month", less: 1 },
  getDate: { field: "day", less: 0 },
  getDayOfMonth: { field: "day", less: 1 },
  getDayOfWeek: { field: "dow", less: 0 },
  getDayOfYear: { field: "doy", less: 1 },
  getHours: { field: "hour", less: 0, unit: 3_600_000 },
  getMinutes: { field: "minute", less: 0, unit: 60_000 },
  getSeconds: { field: "second", less: 0, unit: 1000 },
  getMilliseconds: { field: "milliseconds", less: 0, unit: 1 },
};

/** Only milliseconds are what is left over; date_part counts them from the last full minute. */
const millisecondsOfSecond = 1000;
const unlimited = Number.MAX_SAFE_INTEGER;

/** `x.getHours("Europe/Berlin")` of an instant, `x.getDayOfWeek()` of a date, `x.getMinutes()` of a duration. */
export function checkTimePart(name: string, target: Typed, args: readonly Typed[], offset: number): Typed {
  const value = requirePresent(target, `${name}()`);
  const part = timeParts[name] ?? fail("unknown-function", `there is no function "${name}"`, offset);
  const modulus = part.field === "milliseconds" ? millisecondsOfSecond : unlimited;
  const { kind } = value.valueType;
  if (kind === "instant") {
    const [zone = constant("UTC", offset), ...rest] = args;
    if (rest.length > 0) return fail("wrong-arguments", `${name}() takes a time zone`, offset, usage(name));
    requireZone(zone);
    const constants = [part.field, modulus, part.less].map((each) => constant(each, offset));
    return callOf("instantPart", [value, ...constants, zone], simple("integer"), offset);
  }
  if (args.length > 0) return fail("wrong-arguments", `${name}() of a ${kind} takes nothing`, offset, usage(name));
  if (kind === "date" && part.unit === undefined) {
    return callOf(
      "datePart",
      [value, constant(part.field, offset), constant(part.less, offset)],
      simple("integer"),
      offset,
    );
  }
  if (kind === "duration" && part.unit !== undefined) {
    const constants = [part.unit, modulus].map((each) => constant(each, offset));
    return callOf("durationPart", [value, ...constants], simple("integer"), offset);
  }
  return typeProblem(
    `${name}()`,
    [value.valueType],
    offset,
    part.unit === undefined ? "a date or an instant has it" : "an instant or a duration has it",
  );
}

function usage(name: string): string {
  return `now.${name}("Europe/Berlin")`;
}

function constant(value: JsonValue & (string | number), offset: number): Typed {
  return { type: "constant", value, valueType: simple(typeof value === "string" ? "string" : "integer"), offset };
}
