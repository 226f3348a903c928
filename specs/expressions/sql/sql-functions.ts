// What each function is in PostgreSQL; null where its answer would differ from the closure's, or its error would be the driver's.
import type { FunctionName } from "../check/typed-expression.ts";
import { joined, raw, type SqlFragment, sql } from "./sql-fragment.ts";

type SqlFunction = (...args: readonly SqlFragment[]) => SqlFragment;

const none = raw("NULL");
const spaces = raw("E' \\t\\n\\r\\f\\v'");
const upper = raw("'ABCDEFGHIJKLMNOPQRSTUVWXYZ'");
const lower = raw("'abcdefghijklmnopqrstuvwxyz'");

export const sqlFunctions: Readonly<Record<FunctionName, SqlFunction | null>> = {
  integerNegate: negate,
  integerAdd: infix("+"),
  integerSubtract: infix("-"),
  integerMultiply: infix("*"),
  integerDivide: infix("/"),
  integerRemainder: infix("%"),
  numberNegate: negate,
  numberAdd: infix("+"),
  numberSubtract: infix("-"),
  numberMultiply: infix("*"),
  numberDivide: infix("/"),
  decimalNegate: negate,
  decimalAdd: infix("+"),
  decimalSubtract: infix("-"),
  decimalMultiply: infix("*"),
  // PostgreSQL chooses a quotient's digits by its own rule.
  decimalDivide: null,
  moneyNegate: negate,
  moneyAdd: infix("+"),
  moneySubtract: infix("-"),
  moneyMultiply: infix("*"),
  moneyOf: (amount = none) => amount,
  dateDifference: (a = none, b = none) => sql`(${a} - ${b})::bigint`,
  dateAddDays: (a = none, b = none) => sql`(${a} + ${b}::integer)`,
  dateSubtractDays: (a = none, b = none) => sql`(${a} - ${b}::integer)`,
  instantAdd: (a = none, b = none) => shifted(a, "+", b),
  instantSubtract: (a = none, b = none) => shifted(a, "-", b),
  instantDifference: (a = none, b = none) => sql`round(extract(epoch FROM ${a} - ${b}) * 1000)::bigint`,
  durationNegate: negate,
  durationAdd: infix("+"),
  durationSubtract: infix("-"),
  durationMultiply: infix("*"),
  datePart: (a = none, field = none, less = none) => sql`(date_part(${field}, ${a})::bigint - ${less})`,
  // date_part's seconds have fractions, which a cast would round.
  instantPart: (a = none, field = none, modulus = none, less = none, zone = none) =>
    sql`(floor(date_part(${field}, ${a} AT TIME ZONE ${zone}))::bigint % ${modulus} - ${less})`,
  durationPart: (a = none, unit = none, modulus = none) => sql`((${a} / ${unit}) % ${modulus})`,
  textConcatenate: (...args) => sql`(${joined(args, " || ")})`,
  textSize: (a = none) => sql`char_length(${a})::bigint`,
  textStartsWith: (a = none, b = none) => sql`starts_with(${a}, ${b})`,
  textEndsWith: (a = none, b = none) => sql`(right(${a}, char_length(${b})) = ${b})`,
  textContains: (a = none, b = none) => sql`(strpos(${a}, ${b}) > 0)`,
  textLower: (a = none) => sql`translate(${a}, ${upper}, ${lower})`,
  textUpper: (a = none) => sql`translate(${a}, ${lower}, ${upper})`,
  textTrim: (a = none) => sql`btrim(${a}, ${spaces})`,
  listSize: null,
  listConcatenate: null,
  jsonSize: null,
  asText: null,
  integerToText: (a = none) => sql`(${a})::text`,
  // Exponents are written differently.
  numberToText: null,
  decimalToText: (a = none) => sql`trim_scale(${a})::text`,
  booleanToText: (a = none) => sql`(${a})::text`,
  jsonToText: null,
  numberToInteger: (a = none) => sql`trunc(${a})::bigint`,
  decimalToInteger: (a = none) => sql`trunc(${a})::bigint`,
  textToInteger: null,
  jsonToInteger: null,
  integerToNumber: (a = none) => sql`(${a})::double precision`,
  decimalToNumber: (a = none) => sql`(${a})::double precision`,
  textToNumber: null,
  jsonToNumber: null,
  integerToDecimal: (a = none) => sql`(${a})::numeric`,
  // PostgreSQL keeps 15 digits of a double.
  numberToDecimal: null,
  textToDecimal: null,
  jsonToDecimal: null,
  jsonToBoolean: null,
  textToUuid: null,
  jsonToUuid: null,
  textToDate: null,
  instantToDate: (a = none, zone = none) => sql`(${a} AT TIME ZONE ${zone})::date`,
  jsonToDate: null,
  textToInstant: null,
  jsonToInstant: null,
  textToDuration: null,
  jsonToDuration: null,
};

/** Functions that can fail for a row, so that what guards them must be evaluated before. */
export const failingFunctions: ReadonlySet<FunctionName> = new Set([
  "integerAdd",
  "integerSubtract",
  "integerMultiply",
  "integerDivide",
  "integerRemainder",
  "numberAdd",
  "numberSubtract",
  "numberMultiply",
  "numberDivide",
  "moneyAdd",
  "moneySubtract",
  "moneyMultiply",
  "dateAddDays",
  "dateSubtractDays",
  "instantAdd",
  "instantSubtract",
  "durationAdd",
  "durationSubtract",
  "durationMultiply",
  "numberToInteger",
  "decimalToInteger",
]);

function infix(operator: string): SqlFunction {
  return (a = none, b = none) => sql`(${a} ${raw(operator)} ${b})`;
}

/** timestamptz + interval is only STABLE, as days depend on the session's time zone; timestamp + interval is IMMUTABLE. */
function shifted(instant: SqlFragment, operator: string, milliseconds: SqlFragment): SqlFragment {
  const moved = sql`${instant} AT TIME ZONE 'UTC' ${raw(operator)} ${milliseconds} * interval '1 millisecond'`;
  return sql`((${moved}) AT TIME ZONE 'UTC')`;
}

function negate(a: SqlFragment = none): SqlFragment {
  return sql`(- ${a})`;
}
