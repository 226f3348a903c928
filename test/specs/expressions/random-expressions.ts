// Random well-typed boolean expressions over a reservation and an input, and the values to run them with.
import fc from "fast-check";
import type { JsonObject } from "../../../specs/index.ts";

const text = fc.constantFrom("", "a", "A b", "ab%_\\", " ü𝒳 ", "z", "\uFFFD");
const small = fc.integer({ min: -20, max: 20 });
const decimal = fc.constantFrom("0", "1.5", "-2.25", "10", "0.001", "1.50");
const date = fc.constantFrom("2024-02-29", "2026-01-01", "2026-01-31", "1999-12-31");
const instant = fc.constantFrom("2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.001Z", "2025-06-30T22:30:00.000Z");
const duration = fc.constantFrom("0s", "90s", "1500ms", "-60s", "86400s");
const money = small.map((amount) => ({ amount, currency: "EUR" }));
const json = fc.constantFrom({ a: "x" }, { a: null }, { a: 1 }, {}, [1], "x", { a: { b: true } });

/** A row of the fixture's entity (without its key). */
export const randomRow: fc.Arbitrary<JsonObject> = fc.record({
  nights: small,
  guests: fc.option(small),
  rate: decimal,
  discount: fc.option(decimal),
  factor: fc.constantFrom(0, 0.5, -3, 1e10),
  total: money,
  deposit: fc.option(money),
  paid: fc.boolean(),
  startsOn: date,
  endsOn: fc.option(date),
  bookedAt: instant,
  seenAt: fc.option(instant),
  grace: duration,
  source: fc.constantFrom("web", "phone"),
  note: fc.option(text),
  name: text,
  extra: fc.option(json),
  status: fc.constantFrom("pending", "confirmed", "cancelled"),
});

/** What a request gives. */
export const randomInput: fc.Arbitrary<JsonObject> = fc.record({
  n: small,
  maybe: fc.option(small),
  text,
  note: fc.option(text),
  day: date,
  at: instant,
  money,
  names: fc.array(fc.option(text), { maxLength: 3 }),
  numbers: fc.array(small, { maxLength: 3 }),
});

const datePart = fc.constantFrom("getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear");
const clockPart = fc.constantFrom("getHours", "getMinutes", "getSeconds", "getMilliseconds");
const zone = fc.constantFrom("", '"UTC"', '"Europe/Berlin"', '"Asia/Kathmandu"', '"America/St_Johns"');

const quote = (value: string): string => JSON.stringify(value);

const { boolean } = fc.letrec<
  Record<"boolean" | "integer" | "decimal" | "text" | "date" | "instant" | "money" | "duration", string>
>((tie) => ({
  integer: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(
      "this.nights",
      "input.n",
      "this.total.amount",
      "this.version",
      "this.guests != null ? this.guests : 7",
    ),
    small.map(String),
    binary(tie("integer"), ["+", "-", "*"]),
    fc
      .tuple(tie("integer"), fc.constantFrom("/", "%"), fc.constantFrom("3", "-2"))
      .map(([a, o, b]) => `(${a} ${o} ${b})`),
    fc.tuple(tie("integer"), tie("integer")).map(([a, b]) => `max(${a}, ${b})`),
    tie("text").map((value) => `size(${value})`),
    fc.tuple(tie("date"), tie("date")).map(([a, b]) => `(${a} - ${b})`),
    fc.tuple(tie("date"), datePart).map(([a, part]) => `(${a}).${part}()`),
    fc.tuple(tie("instant"), fc.oneof(datePart, clockPart), zone).map(([a, part, z]) => `(${a}).${part}(${z})`),
    fc.tuple(tie("duration"), clockPart).map(([a, part]) => `(${a}).${part}()`),
  ),
  decimal: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(
      "this.rate",
      'decimal("1.5")',
      "decimal(input.n)",
      "(has(this.discount) ? this.discount : this.rate)",
    ),
    binary(tie("decimal"), ["+", "-", "*"]),
    fc.tuple(tie("decimal"), tie("integer")).map(([a, b]) => `(${a} + ${b})`),
  ),
  text: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom("this.name", "input.text", "this.status", "this.source", 'input.note != null ? input.note : ""'),
    text.map(quote),
    fc.tuple(tie("text"), tie("text")).map(([a, b]) => `((${a}) + (${b}))`),
    fc.tuple(tie("text"), fc.constantFrom("trim", "lowerAscii", "upperAscii")).map(([a, f]) => `(${a}).${f}()`),
    tie("integer").map((value) => `string(${value})`),
    tie("decimal").map((value) => `string(${value})`),
    tie("date").map((value) => `string(${value})`),
    tie("boolean").map((value) => `string(${value})`),
  ),
  date: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(
      "this.startsOn",
      "input.day",
      'date(this.bookedAt, "Europe/Berlin")',
      "(this.endsOn == null ? this.startsOn : this.endsOn)",
    ),
    date.map((value) => `date(${quote(value)})`),
    fc.tuple(tie("date"), small).map(([a, b]) => `(${a} + ${b})`),
  ),
  instant: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom("this.bookedAt", "input.at", "now", "(has(this.seenAt) ? this.seenAt : now)"),
    fc.tuple(tie("instant"), fc.constantFrom("+", "-"), tie("duration")).map(([a, o, b]) => `(${a} ${o} ${b})`),
  ),
  duration: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom("this.grace", 'duration("90s")', 'duration("1500ms")'),
    fc.tuple(tie("instant"), tie("instant")).map(([a, b]) => `(${a} - ${b})`),
    binary(tie("duration"), ["+", "-"]),
  ),
  money: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(
      "this.total",
      "input.money",
      'money(3, "EUR")',
      "(this.deposit != null ? this.deposit : this.total)",
    ),
    binary(tie("money"), ["+", "-"]),
    fc.tuple(tie("money"), small).map(([a, b]) => `(${a} * ${b})`),
  ),
  boolean: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(
      "this.paid",
      "this.note == input.note",
      "this.note != input.note",
      "this.guests == input.maybe",
      "this.guests == input.n",
      "input.maybe == this.nights",
      "this.guests != this.nights",
      "this.note in input.names",
      "this.name in input.names",
      "this.nights in input.numbers",
      "this.guests in input.numbers",
      "this.guests in [1, this.nights, null]",
      "this.status in ['pending', 'confirmed']",
      "this.deposit == this.total",
      "this.discount == 1.5",
      "this.customer.subject == input.text",
      "this.customer.level == null",
      "this.customer.level != null && this.customer.level > input.n",
      "has(this.endsOn) && this.endsOn > this.startsOn",
      "!(this.seenAt != null && this.seenAt <= now)",
      "this.note == null || this.note.startsWith(input.text)",
      "this.extra == null",
      "has(this.extra.a)",
      "this.extra.a == input.text",
      "this.extra.a == 1",
      "input.maybe != null && this.nights > input.maybe + 1",
      "input.n != 0 && this.nights > 20 / input.n",
      "this.nights != 0 && 20 / this.nights > 3",
      "this.factor * 2.0 >= double(this.nights)",
    ),
    compare(tie("integer")),
    compare(tie("decimal")),
    compare(tie("text").map((value) => `string(${value})`)),
    compare(tie("date")),
    compare(tie("instant")),
    compare(tie("duration")),
    compare(tie("money")),
    fc
      .tuple(tie("text"), fc.constantFrom("startsWith", "endsWith", "contains"), tie("text"))
      .map(([a, f, b]) => `(${a}).${f}(${b})`),
    fc
      .tuple(tie("boolean"), fc.constantFrom("&&", "||", "==", "!="), tie("boolean"))
      .map(([a, o, b]) => `((${a}) ${o} (${b}))`),
    tie("boolean").map((value) => `!(${value})`),
    fc.tuple(tie("boolean"), tie("boolean"), tie("boolean")).map(([a, b, c]) => `((${a}) ? (${b}) : (${c}))`),
  ),
}));

/** Source text of a random boolean expression. */
export const randomBoolean: fc.Arbitrary<string> = boolean;

function binary(operand: fc.Arbitrary<string>, operators: readonly string[]): fc.Arbitrary<string> {
  return fc.tuple(operand, fc.constantFrom(...operators), operand).map(([a, o, b]) => `((${a}) ${o} (${b}))`);
}

function compare(operand: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return binary(operand, ["==", "!=", "<", "<=", ">", ">="]);
}
