// Random expressions that mean the same in CEL and in the language, and values to run them with.
import fc from "fast-check";
import type { JsonObject, Scope, ValueType } from "../../../specs/index.ts";

const simple = (kind: "integer" | "number" | "string" | "boolean" | "instant"): ValueType => ({
  kind,
  nullable: false,
});
const listOf = (element: ValueType): ValueType => ({ kind: "list", element, nullable: false });

export const celScope: Scope = {
  names: {
    n: simple("integer"),
    m: simple("integer"),
    x: simple("number"),
    y: simple("number"),
    s: simple("string"),
    t: simple("string"),
    p: simple("boolean"),
    q: simple("boolean"),
    at: simple("instant"),
    numbers: listOf(simple("integer")),
    texts: listOf(simple("string")),
  },
};

const small = fc.integer({ min: -9, max: 9 });
const real = fc.constantFrom(0, 0.5, -3.25, 1e10, 0.1);
const text = fc.constantFrom("", "a", "A b", "ab", " ü𝒳 ", "z", "aab");
const instant = fc.constantFrom("2026-03-29T00:30:00.000Z", "1969-12-31T23:59:59.999Z", "2024-02-29T12:00:00.000Z");

export const celInput: fc.Arbitrary<JsonObject> = fc.record({
  n: small,
  m: small,
  x: real,
  y: real,
  s: text,
  t: text,
  p: fc.boolean(),
  q: fc.boolean(),
  at: instant,
  numbers: fc.array(small, { maxLength: 4 }),
  texts: fc.array(text, { maxLength: 4 }),
});

type Kind = "integer" | "number" | "string" | "boolean" | "instant" | "duration" | "integers" | "strings";
const depth = { depthSize: "small", withCrossShrink: true } as const;
const quoted = (value: string): string => JSON.stringify(value);
const zones = fc.constantFrom("", '"Europe/Berlin"', '"Asia/Kathmandu"');

const parts = ["getFullYear", "getMonth", "getDate", "getDayOfWeek", "getDayOfYear", "getHours", "getSeconds"] as const;

const grammar = fc.letrec<Record<Kind, string>>((tie) => {
  const operators = (kind: Kind, ...all: readonly string[]) =>
    fc.tuple(tie(kind), fc.constantFrom(...all), tie(kind)).map((three) => `(${three.join(" ")})`);
  const choice = (kind: Kind) =>
    fc.tuple(tie("boolean"), tie(kind), tie(kind)).map(([c, a, b]) => `(${c} ? ${a} : ${b})`);
  return {
    integer: fc.oneof(
      depth,
      fc.constantFrom("n", "m"),
      small.map((value) => `(${String(value)})`),
      operators("integer", "+", "-", "*", "/", "%"),
      fc.oneof(tie("string"), tie("integers"), tie("strings")).map((value) => `size(${value})`),
      fc.tuple(tie("integers"), fc.constantFrom("0", "1", "n")).map(([list, at]) => `${list}[${at}]`),
      fc.tuple(tie("instant"), fc.constantFrom(...parts), zones).map(([a, part, zone]) => `${a}.${part}(${zone})`),
      fc
        .tuple(tie("duration"), fc.constantFrom("getHours", "getMinutes", "getSeconds"))
        .map(([a, part]) => `${a}.${part}()`),
      choice("integer"),
    ),
    number: fc.oneof(
      depth,
      fc.constantFrom("x", "y", "0.25", "2.0"),
      operators("number", "+", "-", "*"),
      // Division by zero is a departure: an error here, Infinity there.
      tie("number").map((value) => `(${value} / 4.0)`),
      tie("integer").map((value) => `double(${value})`),
      choice("number"),
    ),
    string: fc.oneof(
      depth,
      fc.constantFrom("s", "t"),
      // Two literals side by side are compared when compiled; converted, they are any text.
      text.map((value) => `string(${quoted(value)})`),
      operators("string", "+"),
      fc.oneof(tie("integer"), tie("boolean")).map((value) => `string(${value})`),
      choice("string"),
    ),
    instant: fc.oneof(
      depth,
      fc.constant("at"),
      instant.map((value) => `timestamp(${quoted(value)})`),
      fc.tuple(tie("instant"), fc.constantFrom("+", "-"), tie("duration")).map((three) => `(${three.join(" ")})`),
    ),
    duration: fc.oneof(
      depth,
      fc.constantFrom("90s", "1h30m", "-5m", "36h").map((value) => `duration(${quoted(value)})`),
      operators("duration", "+", "-"),
      fc.tuple(tie("instant"), tie("instant")).map(([a, b]) => `(${a} - ${b})`),
    ),
    integers: fc.oneof(
      depth,
      fc.constant("numbers"),
      fc.array(tie("integer"), { minLength: 1, maxLength: 3 }).map((all) => `[${all.join(", ")}]`),
      operators("integers", "+"),
      fc
        .tuple(tie("integers"), fc.constantFrom("e > n", "e % 2 == 0", "e in numbers"))
        .map(([l, c]) => `${l}.filter(e, ${c})`),
      fc.tuple(tie("integers"), fc.constantFrom("e * 2", "e / n", "size(s) + e")).map(([l, b]) => `${l}.map(e, ${b})`),
    ),
    strings: fc.oneof(
      depth,
      fc.constant("texts"),
      tie("string").map((value) => `[${value}, s]`),
      operators("strings", "+"),
    ),
    boolean: fc.oneof(
      depth,
      fc.constantFrom("p", "q"),
      operators("boolean", "&&", "||", "==", "!="),
      tie("boolean").map((value) => `!${value}`),
      ...(["integer", "number", "string", "instant", "duration"] as const).map((kind) =>
        operators(kind, "<", "<=", ">", ">=", "==", "!="),
      ),
      operators("integers", "==", "!="),
      fc.tuple(tie("integer"), tie("integers")).map(([value, list]) => `(${value} in ${list})`),
      fc
        .tuple(tie("string"), fc.constantFrom("startsWith", "endsWith", "contains"), tie("string"))
        .map(([a, f, b]) => `${a}.${f}(${b})`),
      fc
        .tuple(tie("string"), fc.constantFrom("^a+b?$", "[[:upper:]]", "\\\\s.", "ü"))
        .map(([a, b]) => `${a}.matches("${b}")`),
      fc
        .tuple(tie("integers"), fc.constantFrom("all", "exists", "exists_one"), fc.constantFrom("e > n", "6 / e > 1"))
        .map(([list, macro, condition]) => `${list}.${macro}(e, ${condition})`),
      choice("boolean"),
    ),
  };
});

/** Source text of a random expression. */
export const celExpression: fc.Arbitrary<string> = fc.oneof(
  grammar.boolean,
  grammar.integer,
  grammar.string,
  grammar.integers,
);
