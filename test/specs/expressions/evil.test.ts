import { describe, expect, it } from "vitest";
import { compileExpression, EvaluationError, ExpressionError, newFuel } from "../../../specs/index.ts";
import { evilContext, evilExpressions, evilScope } from "./evil-expressions.ts";

// How long each takes is measured by bench/expressions/evil.ts: under 100 ms.
describe("an expression made to cost", () => {
  it.each(evilExpressions)("ends by name: $name", ({ source, ends }) => {
    expect(endOf(source)).toBe(ends);
  });
});

function endOf(source: string): string {
  try {
    compileExpression(source, evilScope)(evilContext, newFuel());
    return "value";
  } catch (error) {
    if (error instanceof EvaluationError || error instanceof ExpressionError) return error.code;
    throw error;
  }
}
