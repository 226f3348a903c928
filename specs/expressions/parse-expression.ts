import { parse } from "@bufbuild/cel";
import { convertTree } from "./convert-tree.ts";
import type { Expression } from "./expression.ts";
import { ExpressionError } from "./expression-error.ts";
import { guardSource, maximumDepth, tooDeep } from "./guard-source.ts";

/**
 * Parses a bare Value expression (CEL, https://github.com/google/cel-spec). Throws ExpressionError: `expression-syntax`,
 * `expression-too-long`, `expression-too-deep`, `expression-unsupported`.
 */
export function parseExpression(source: string): Expression {
  guardSource(source);
  if (source.trim() === "") throw syntaxError("the expression is empty", 0);
  return convertTree(parseCel(source), source);
}

function parseCel(source: string): ReturnType<typeof parse> {
  try {
    return parse(source);
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep(0, `${String(maximumDepth)} operators`);
    const found = locationOf(error);
    const message = error instanceof Error ? error.message.replace(/^<input>:\d+:\d+: /, "") : "cannot be parsed";
    throw syntaxError(message, Math.min(found, source.length));
  }
}

function syntaxError(message: string, offset: number): ExpressionError {
  return new ExpressionError({
    code: "expression-syntax",
    message: `the expression is not valid: ${message}`,
    offset,
    hint: "docs/expressions.md shows the syntax",
  });
}

/** The parser's errors carry `location.start.offset`, which its types do not say. */
function locationOf(error: unknown): number {
  const { location } = error as { readonly location?: { readonly start?: { readonly offset?: unknown } } };
  const offset = location?.start?.offset;
  return typeof offset === "number" ? offset : 0;
}
