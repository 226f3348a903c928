import { describe, expect, it } from "vitest";
import { checkExpression, describeType, type Scope, typeOfSchema } from "../../../specs/index.ts";

const money = {
  type: "object",
  required: ["amount", "currency"],
  properties: { amount: { type: "integer" }, currency: { const: "EUR" } },
};
const scope: Scope = {
  names: {
    now: { kind: "instant", nullable: false },
    input: typeOfSchema({
      type: "object",
      required: ["id", "count", "total", "day", "at", "tags", "any"],
      properties: {
        id: { type: "string", format: "uuid" },
        count: { type: "integer" },
        rate: { type: "string", format: "decimal", default: "1" },
        total: money,
        day: { type: "string", format: "date" },
        at: { type: "string", format: "date-time" },
        tags: { type: "array", items: { type: "string" } },
        kind: { enum: ["web", "phone", null] },
        note: { type: "string" },
        address: { type: "object", required: ["city"], properties: { city: { type: "string" } } },
        any: {},
      },
    }),
  },
};

function typeOf(source: string): string {
  const { type, problems } = checkExpression(source, scope);
  const [problem] = problems;
  return type === undefined ? `${problem?.code ?? ""} at ${String(problem?.offset)}` : describeType(type);
}

describe("the type of an expression", () => {
  it.each([
    ["input.count + 1", "integer"],
    ["input.count / 2.0", "number"],
    ["input.rate * input.count", "decimal"],
    ["input.total * 3", "money in EUR"],
    ["input.total.currency", '"EUR"'],
    ["input.day - '2026-01-01'", "integer"],
    ["input.day + 1", "date"],
    ["now - input.at", "duration"],
    ["now - duration('1h')", "instant"],
    ["input.note", "string or null"],
    ["input.address.city", "string or null"],
    ["input.any.deep.down", "json or null"],
    ["input.tags.map(t, t.size())", "list of integer"],
    ["input.tags.filter(t, t != '')", "list of string"],
    ["{'a': 1, 'b': input.note}.b", "string or null"],
    ["[1, 2.5]", "list of number"],
    ["true ? 'a' : 'b'", "one of a, b"],
    ["max(1, 2.5)", "number"],
    ["null", "null"],
  ])("of %s is %s", (source, type) => {
    expect(typeOf(source)).toBe(type);
  });

  it.each([
    ["inptu.count", "unknown-name at 0"],
    ["1 + input.cuont", "no-such-field at 10"],
    ["input.__proto__", "no-such-field at 6"],
    ["constructor", "unknown-name at 0"],
    ["input.count + input.note", "nullable-operand at 20"],
    ["input.note > 'a'", "nullable-operand at 6"],
    ["input.count + 'a'", "expression-type at 12"],
    ["input.day > now", "expression-type at 10"],
    ["input.total > 5", "expression-type at 12"],
    ["input.total + money(1, 'USD')", "currency-mismatch at 12"],
    ["input.kind == 'fone'", "unknown-enum-value at 14"],
    ["input.id == 'x'", "invalid-literal at 12"],
    ["input.any > 3", "nullable-operand at 6"],
    ["foo(1)", "unknown-function at 0"],
    ["date(now)", "wrong-arguments at 0"],
    ["'a'.matches(input.note)", "pattern-not-constant at 18"],
    ["'a'.matches('(a')", "invalid-pattern at 12"],
    ["input.tags.map(now, now)", "name-taken at 11"],
    ["input.count ? 1 : 2", "expression-type at 6"],
    ["true ? 1 : 'a'", "expression-type at 0"],
  ])("refuses %s: %s", (source, problem) => {
    expect(typeOf(source)).toBe(problem);
  });

  it("says what was probably meant", () => {
    expect(checkExpression("input.cuont", scope).problems[0]?.hint).toBe('did you mean "count"?');
    expect(checkExpression("input.kind == 'phon'", scope).problems[0]?.hint).toBe('did you mean "phone"?');
    expect(checkExpression("sise(input.tags)", scope).problems[0]?.hint).toBe('did you mean "size"?');
  });

  it("refuses a value that cannot stand where it is wanted", () => {
    const { problems } = checkExpression("input.count", scope, { kind: "boolean", nullable: false });
    expect(problems).toMatchObject([{ code: "expression-type" }]);
  });
});

describe("a guard", () => {
  it.each([
    "input.note != null && input.note > 'a'",
    "input.note == null || input.note > 'a'",
    "null != input.note && input.note > 'a'",
    "has(input.note) && size(input.note) > 1",
    "input.note != null ? input.note > 'a' : true",
    "input.note == null ? true : input.note > 'a'",
    "!(input.note == null) && input.note > 'a'",
    "!(input.note == null || input.kind == null) && input.note > 'a'",
    "has(input.address.city) && size(input.address.city) > 1",
    "has(input.address) && size(input.address.city) > 1",
    "input.any != null && string(input.any) == 'a'",
    "input.note != null && input.tags.exists(t, t == input.note && input.note > 'a')",
  ])("makes the value usable: %s", (source) => {
    expect(checkExpression(source, scope).problems).toEqual([]);
  });

  it.each([
    "input.note != null || input.note > 'a'",
    "input.note == null && input.note > 'a'",
    "(input.note != null || input.count > 1) && input.note > 'a'",
    "!(input.note != null) && input.note > 'a'",
    "input.kind != null && input.note > 'a'",
    "(input.note != null ? true : true) && input.note > 'a'",
  ])("that proves nothing is not believed: %s", (source) => {
    expect(checkExpression(source, scope).problems).toMatchObject([{ code: "nullable-operand" }]);
  });
});
