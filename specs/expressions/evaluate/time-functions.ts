import type { FunctionName } from "../check/typed-expression.ts";
import { formatDate, formatDuration, formatInstant } from "../text-forms.ts";
import { EvaluationError } from "./evaluation-error.ts";
import type { Operation } from "./operation.ts";
import { readDate, readDuration, readInstant, readNumber, readText } from "./read-value.ts";

type TimeFunction = Exclude<
  Extract<FunctionName, `date${string}` | `instant${string}` | `duration${string}`>,
  "instantToDate" | "datePart" | "instantPart" | "durationPart"
>;

export const timeFunctions = {
  dateDifference: ([a, b]) => readDate(a) - readDate(b),
  dateAddDays: ([a, b]) => inRange(formatDate(readDate(a) + readNumber(b))),
  dateSubtractDays: ([a, b]) => inRange(formatDate(readDate(a) - readNumber(b))),
  instantAdd: ([a, b]) => inRange(formatInstant(readInstant(a) + readDuration(b))),
  instantSubtract: ([a, b]) => inRange(formatInstant(readInstant(a) - readDuration(b))),
  instantDifference: ([a, b]) => formatDuration(readInstant(a) - readInstant(b)),
  durationNegate: ([a]) => duration(0 - readDuration(a)),
  durationAdd: ([a, b]) => duration(readDuration(a) + readDuration(b)),
  durationSubtract: ([a, b]) => duration(readDuration(a) - readDuration(b)),
  durationMultiply: ([a, b]) => duration(readDuration(a) * readNumber(b)),
} satisfies Record<TimeFunction, Operation>;

/** The day of an instant in a time zone; its formatter is made once, at the first instant: a V8 snapshot cannot hold it. */
export function zonedDate(zone: string): Operation {
  let format: Intl.DateTimeFormat | undefined;
  return ([instant]) => {
    format ??= new Intl.DateTimeFormat("en", {
      timeZone: zone,
      calendar: "gregory",
      numberingSystem: "latn",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
    });
    const parts = new Map(format.formatToParts(readInstant(instant)).map(({ type, value }) => [type, value]));
    const part = (name: "year" | "month" | "day"): string => readText(parts.get(name));
    return `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}`;
  };
}

function duration(milliseconds: number): string {
  return inRange(Number.isSafeInteger(milliseconds) ? formatDuration(milliseconds) : undefined);
}

function inRange(text: string | undefined): string {
  if (text !== undefined) return text;
  throw new EvaluationError("overflow", "the expression's date or duration is out of range");
}
