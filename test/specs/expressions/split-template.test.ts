import { describe, expect, it } from "vitest";
import { ExpressionError, splitTemplate } from "../../../specs/index.ts";

describe("splitTemplate", () => {
  it("splits text and expressions with their offsets", () => {
    expect(splitTemplate("a ${b} c")).toEqual([
      { type: "text", text: "a ", offset: 0 },
      { type: "expression", source: "b", offset: 4 },
      { type: "text", text: " c", offset: 6 },
    ]);
  });

  it("finds the end behind braces in strings and objects", () => {
    expect(splitTemplate(`\${ {"a": '}'}["a"] + "\\"}" }`)).toEqual([
      { type: "expression", source: ` {"a": '}'}["a"] + "\\"}" `, offset: 2 },
    ]);
  });

  it("keeps an escaped opening as text", () => {
    expect(splitTemplate("cost $${a} ${b}")).toEqual([
      { type: "text", text: "cost ${a} ", offset: 0 },
      { type: "expression", source: "b", offset: 13 },
    ]);
  });

  it("gives no part for empty text and one for plain text", () => {
    expect(splitTemplate("")).toEqual([]);
    expect(splitTemplate("$ { }")).toEqual([{ type: "text", text: "$ { }", offset: 0 }]);
  });

  it("refuses an expression without its end", () => {
    expect(() => splitTemplate("a ${b")).toThrow(ExpressionError);
  });
});
