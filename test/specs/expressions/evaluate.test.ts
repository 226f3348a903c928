import { describe, expect, it } from "vitest";
import {
  compileExpression,
  compileTemplate,
  type EvaluationContext,
  EvaluationError,
  type JsonValue,
  newFuel,
  type Scope,
  typeOfSchema,
} from "../../../specs/index.ts";

const scope: Scope = {
  names: {
    now: { kind: "instant", nullable: false },
    input: typeOfSchema({
      type: "object",
      required: ["count", "zero", "total", "tags", "any"],
      properties: {
        count: { type: "integer" },
        zero: { type: "integer" },
        total: {
          type: "object",
          required: ["amount", "currency"],
          properties: { amount: { type: "integer" }, currency: { type: "string" } },
        },
        tags: { type: "array", items: { type: "string" } },
        note: { type: "string" },
        any: {},
      },
    }),
  },
};
const context: EvaluationContext = {
  now: "2026-03-29T00:30:00.000Z",
  input: { count: 7, zero: 0, total: { amount: 250, currency: "EUR" }, tags: ["a", "b"], any: { x: [1, { y: "z" }] } },
};

function valueOf(source: string, within: EvaluationContext = context): JsonValue {
  return compileExpression(source, scope)(within, newFuel());
}

function errorOf(evaluate: () => JsonValue): string {
  try {
    return `value ${JSON.stringify(evaluate()).slice(0, 40)}`;
  } catch (error) {
    if (error instanceof EvaluationError) return `${error.name} ${error.code}`;
    throw error;
  }
}

describe("an expression's value", () => {
  it.each<[string, JsonValue]>([
    ["-7 / 2", -3],
    ["-7 % 3", -1],
    ["0 - 0", 0],
    ["now.getFullYear()", 2026],
    ["now.getMonth()", 2],
    ["now.getHours('Europe/Berlin')", 1],
    ["timestamp('2026-03-29T01:00:00Z').getHours('Europe/Berlin')", 3],
    ["now.getDayOfWeek('America/New_York')", 6],
    ["date('0001-03-01').getDayOfYear()", 59],
    ["timestamp('1969-12-31T23:59:59.999Z').getMilliseconds()", 999],
    ["duration('3730s').getMinutes()", 62],
    ["duration('-1500ms').getMilliseconds()", -500],
    ["duration('1h') + now == now + duration('1h')", true],
    ["decimal('0.1') + decimal('0.2')", "0.3"],
    ["decimal('1.10') * 3", "3.3"],
    ["decimal('2') / 3", "0.66666666666666666667"],
    ["decimal('1.50') == decimal('1.5')", true],
    ["input.total + input.total", { amount: 500, currency: "EUR" }],
    ["input.total * 2 - input.total", { amount: 250, currency: "EUR" }],
    ["date('2026-03-01') - date('2026-02-01')", 28],
    ["date('2026-01-31') + 29", "2026-03-01"],
    ["now + duration('90m')", "2026-03-29T02:00:00.000Z"],
    ["now - timestamp('2026-03-29T01:00:00+01:00')", "1800s"],
    ["date(now, 'America/New_York')", "2026-03-28"],
    ["timestamp('2026-01-01T02:00:00+02:00') == timestamp('2026-01-01T00:00:00Z')", true],
    ["size('ü𝒳')", 2],
    ["' Ab '.trim().lowerAscii()", "ab"],
    ["'abc'.matches('^a.c$')", true],
    ["input.tags.exists_one(t, t == 'a')", true],
    ["input.tags.map(t, t != 'a', t + '!')", ["b!"]],
    ["[1, 2, 3].filter(n, n % 2 == 1).map(n, n * n)", [1, 9]],
    ["[[1, 2], [3]].map(a, a.map(b, b + size(a)))", [[3, 4], [4]]],
    ["input.any.x", [1, { y: "z" }]],
    ["input.any.toString", null],
    ["input.any.__proto__", null],
    ["has(input.note)", false],
    ["input.note == null", true],
    ["input.note in ['a', null]", true],
    ["input.zero == 0 || 1 / input.zero > 0", true],
    ["int('12') + int(decimal('3.9'))", 15],
    ["string(input.count) + string(true)", "7true"],
    ["min(3, input.count, 9)", 3],
    ["'\\uFFFD' < '𝒳'", true],
    ["{'a': [1]} == {'a': [1]}", true],
  ])("of %s", (source, value) => {
    expect(valueOf(source)).toEqual(value);
  });

  it.each([
    ["1 / input.zero", "division-by-zero"],
    ["1 % input.zero", "division-by-zero"],
    ["9007199254740991 + input.count", "overflow"],
    ["1.0e308 * 10.0", "overflow"],
    ["date('9999-12-31') + 1", "overflow"],
    ["input.tags[9]", "no-such-value"],
    ["input.total + money(1, 'USD')", "currency-mismatch"],
    ["input.any != null && string(input.any) == ''", "invalid-value"],
    ["input.any != null && input.any.all(x, true)", "wrong-type"],
  ])("of %s is an error by name: %s", (source, code) => {
    expect(errorOf(() => valueOf(source))).toBe(`EvaluationError ${code}`);
  });

  it("is an error where the context breaks its promise", () => {
    expect(errorOf(() => valueOf("input.count + 1", { input: {} }))).toBe("EvaluationError no-such-value");
    expect(errorOf(() => valueOf("input.count + 1", { input: { count: "1" } }))).toBe("EvaluationError wrong-type");
  });
});

describe("an evil expression", () => {
  const many = { input: { ...(context["input"] as object), tags: Array.from({ length: 50 }, () => "a".repeat(50)) } };

  it("of nested maps runs out of fuel", () => {
    const nested = (depth: number): string =>
      depth === 0 ? "1" : `input.tags.map(v${String(depth)}, ${nested(depth - 1)})`;
    expect(errorOf(() => valueOf(nested(10), many))).toBe("EvaluationError fuel-exhausted");
  });

  it("that doubles text ends as too large or out of fuel", () => {
    const doubled = (depth: number): string =>
      depth === 0
        ? "'aaaaaaaaaa'"
        : `[${doubled(depth - 1)}].map(s${String(depth)}, s${String(depth)} + s${String(depth)})[0]`;
    expect(errorOf(() => valueOf(doubled(20), many))).toBe("EvaluationError output-too-large");
  });

  it("that repeats large values ends as too large", () => {
    const large = {
      input: { ...(context["input"] as object), tags: Array.from({ length: 1000 }, () => "a".repeat(5000)) },
    };
    expect(errorOf(() => valueOf("[input.tags]", large))).toBe("EvaluationError output-too-large");
  });

  it("with a catastrophic pattern is linear, and long text runs out of fuel", () => {
    const text = (length: number): EvaluationContext => ({
      input: { ...(context["input"] as object), note: `${"a".repeat(length)}!` },
    });
    const source = "input.note != null && input.note.matches('^(a+)+$')";
    expect(valueOf(source, text(20_000))).toBe(false);
    expect(errorOf(() => valueOf(source, text(1_000_000)))).toBe("EvaluationError fuel-exhausted");
  });

  it("shares its fuel with others of the same execution", () => {
    const fuel = newFuel(30);
    const evaluate = compileExpression("input.tags.all(t, t != '')", scope);
    evaluate(context, fuel);
    expect(errorOf(() => evaluate(context, newFuel(5)))).toBe("EvaluationError fuel-exhausted");
    expect(fuel.remaining).toBeGreaterThan(0);
    expect(fuel.remaining).toBeLessThan(30);
  });
});

describe("a template", () => {
  const evaluate = (template: JsonValue): JsonValue => compileTemplate(template, scope)(context, newFuel());

  it("keeps the type of a lone expression and prints mixed text", () => {
    expect(evaluate({ a: `\${input.count}`, b: [`n=\${input.count}, \${decimal('1.50')}`, true] })).toEqual({
      a: 7,
      b: ["n=7, 1.5", true],
    });
  });

  it("keeps literals and escapes", () => {
    expect(evaluate(["plain", "", `$\${input.count}`, null, 1.5])).toEqual(["plain", "", `\${input.count}`, null, 1.5]);
  });

  it("keeps a key called __proto__ as a key", () => {
    const value = evaluate(JSON.parse('{"__proto__": "${input.count}"}') as JsonValue);
    expect(JSON.stringify(value)).toBe('{"__proto__":7}');
  });

  it("converts to what is expected", () => {
    const expects = { type: { kind: "decimal", nullable: false }, name: "the rate" } as const;
    expect(compileTemplate(`\${input.count}`, scope, expects)(context, newFuel())).toBe("7");
    expect(compileTemplate(1.5, scope, expects)(context, newFuel())).toBe("1.5");
  });
});
