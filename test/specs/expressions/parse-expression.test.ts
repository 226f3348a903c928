import { describe, expect, it } from "vitest";
import { ExpressionError, parseExpression } from "../../../specs/index.ts";

function problemOf(source: string): Pick<ExpressionError, "name" | "code" | "offset"> {
  try {
    parseExpression(source);
  } catch (error) {
    if (error instanceof ExpressionError) return { name: error.name, code: error.code, offset: error.offset };
    throw error;
  }
  throw new Error(`"${source}" was parsed`);
}

describe("parseExpression", () => {
  it("keeps the offset of each name", () => {
    expect(parseExpression("input. total > 3")).toEqual({
      type: "binary",
      operator: ">",
      left: { type: "select", operand: { type: "name", name: "input", offset: 0 }, field: "total", offset: 7 },
      right: { type: "literal", kind: "integer", value: 3, offset: 15 },
      offset: 13,
    });
  });

  it("reads a constant key as a field", () => {
    expect(parseExpression('nodes["load"]')).toMatchObject({ type: "select", field: "load", offset: 6 });
  });

  it("keeps nested macros as they are written", () => {
    expect(parseExpression("x.map(v, v.filter(w, w > 1))")).toMatchObject({
      type: "macro",
      macro: "map",
      variable: "v",
      body: { type: "macro", macro: "filter", variable: "w", body: { type: "binary", operator: ">" } },
    });
  });

  it("keeps the predicate of a three-part map", () => {
    expect(parseExpression("x.map(v, v > 1, v * 2)")).toMatchObject({
      predicate: { operator: ">" },
      body: { operator: "*" },
    });
  });

  it("reads has() as a test of one field", () => {
    expect(parseExpression("has(input.note)")).toMatchObject({ type: "has", field: "note" });
  });

  it.each([
    ["5,000 parentheses", `${"(".repeat(5000)}x${")".repeat(5000)}`, "expression-too-long"],
    ["100 parentheses", `${"(".repeat(100)}x${")".repeat(100)}`, "expression-too-deep"],
    ["1,000 nested conditionals", `${"a?b:".repeat(1000)}c`, "expression-too-deep"],
    ["a chain of 1,000 additions", `${"1+".repeat(1000)}1`, "expression-too-deep"],
    ["an unfinished operation", "input.a +", "expression-syntax"],
    ["an empty expression", "  ", "expression-syntax"],
    ["two expressions", "a b", "expression-syntax"],
    ["a leading dot", "[.nodes.a]", "expression-unsupported"],
    ["bytes", 'b"a"', "expression-unsupported"],
    ["an unsigned integer", "1u", "expression-unsupported"],
    ["a message", "Foo{a: 1}", "expression-unsupported"],
    ["a computed object key", "{a: 1}", "expression-unsupported"],
    ["an integer beyond 2^53", "9007199254740993", "integer-out-of-range"],
  ])("refuses %s by name", (_, source, code) => {
    expect(problemOf(source)).toMatchObject({ name: "ExpressionError", code });
  });

  it("points at the place of a syntax error", () => {
    expect(problemOf("(input.a").offset).toBe(8);
  });
});
