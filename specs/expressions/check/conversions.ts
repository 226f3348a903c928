import { hasTimeZone } from "../time-zone.ts";
import { simple, type ValueType, withNull } from "../types/value-type.ts";
import { fail, requirePresent, typeProblem } from "./check-context.ts";
import { callOf, coerceConstant } from "./coerce.ts";
import type { FunctionName, Typed } from "./typed-expression.ts";

type Target = "string" | "integer" | "number" | "decimal" | "boolean" | "uuid" | "date" | "instant" | "duration";

interface Conversion {
  readonly target: Target;
  readonly from: Readonly<Partial<Record<ValueType["kind"], FunctionName>>>;
}

/** Conversion functions by the name that expressions use; CEL's names where it has them. */
export const conversions: Readonly<Record<string, Conversion>> = {
  string: {
    target: "string",
    from: {
      string: "asText",
      enum: "asText",
      uuid: "asText",
      date: "asText",
      instant: "asText",
      duration: "asText",
      integer: "integerToText",
      number: "numberToText",
      decimal: "decimalToText",
      boolean: "booleanToText",
      json: "jsonToText",
    },
  },
  int: {
    target: "integer",
    from: { number: "numberToInteger", decimal: "decimalToInteger", string: "textToInteger", json: "jsonToInteger" },
  },
  double: {
    target: "number",
    from: { integer: "integerToNumber", decimal: "decimalToNumber", string: "textToNumber", json: "jsonToNumber" },
  },
  decimal: {
    target: "decimal",
    from: { integer: "integerToDecimal", number: "numberToDecimal", string: "textToDecimal", json: "jsonToDecimal" },
  },
  bool: { target: "boolean", from: { json: "jsonToBoolean" } },
  uuid: { target: "uuid", from: { string: "textToUuid", json: "jsonToUuid" } },
  date: { target: "date", from: { string: "textToDate", json: "jsonToDate" } },
  timestamp: { target: "instant", from: { string: "textToInstant", json: "jsonToInstant" } },
  duration: { target: "duration", from: { string: "textToDuration", json: "jsonToDuration" } },
};

/** `string(x)`, `int(x)` and the like; a constant is converted here. `date(instant, "Europe/Berlin")` names its zone. */
export function checkConversion(name: string, args: readonly Typed[], offset: number): Typed {
  const conversion = conversions[name];
  const [arg, zone] = args;
  if (conversion === undefined || arg === undefined) return fail("wrong-arguments", `${name}() needs a value`, offset);
  const value = requirePresent(arg, `${name}()`);
  const target = simple(conversion.target);
  if (name === "date" && value.valueType.kind === "instant") return zonedDate(value, zone, offset);
  if (args.length > 1) return fail("wrong-arguments", `${name}() takes one value`, offset);
  if (value.valueType.kind === conversion.target) return value;
  const constant = coerceConstant(value, target);
  if (constant.valueType.kind === conversion.target) return constant;
  const kind = value.valueType.kind === "enum" && conversion.from.enum === undefined ? "string" : value.valueType.kind;
  const convert = conversion.from[kind];
  if (convert === undefined) return typeProblem(`${name}()`, [value.valueType], offset);
  return callOf(convert, [value], target, offset);
}

function zonedDate(value: Typed, zone: Typed | undefined, offset: number): Typed {
  if (zone === undefined) {
    return fail("wrong-arguments", "date() of an instant needs a time zone", offset, 'date(now, "Europe/Berlin")');
  }
  requireZone(zone);
  return callOf("instantToDate", [value, zone], simple("date"), offset);
}

/** A constant name of the IANA time zone database; an offset such as "+02:00" is refused, because its sign means two things. */
export function requireZone(zone: Typed): void {
  if (zone.type === "constant" && typeof zone.value === "string" && isTimeZone(zone.value)) return;
  fail("invalid-literal", "the time zone must be a constant IANA name", zone.offset, '"Europe/Berlin", "UTC"');
}

function isTimeZone(name: string): boolean {
  return /^[A-Za-z]/.test(name) && hasTimeZone(name);
}

/** A value as the text that a template prints, undefined where it has none. */
export function textOf(value: Typed): Typed | undefined {
  const convert = conversions.string?.from[value.valueType.kind];
  if (convert === undefined || convert === "jsonToText") return undefined;
  return callOf(convert, [value], withNull(simple("string"), value.valueType.nullable), value.offset);
}
