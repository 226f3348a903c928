import { parse as parseByGrammar } from "@bufbuild/cel";
import { convertTree } from "./convert-tree.ts";
import type { Expression } from "./expression.ts";
import { ExpressionError } from "./expression-error.ts";
import { guardSource, maximumDepth, tooDeep } from "./guard-source.ts";
import { parsePath } from "./parse-path.ts";

/**
 * Parses a bare Value expression (CEL, https://github.com/google/cel-spec). Throws ExpressionError: `expression-syntax`,
 * `expression-too-long`, `expression-too-deep`, `expression-unsupported`.
 */
export function parseExpression(source: string): Expression {
  return parsePath(source) ?? parsed.get(source) ?? parse(source);
}

// The one mutable cell of the expressions: trees are constants of their text, the grammar's parser is slow, and an expression is
// read several times by the compiler and by each generated tool that holds it.
const parsed = new Map<string, Expression>();
const mostKept = 2_000;
const longestKept = 300;

function parse(source: string): Expression {
  guardSource(source);
  if (source.trim() === "") throw syntaxError("the expression is empty", 0);
  const tree = convertTree(parseCel(source), source);
  if (parsed.size >= mostKept) parsed.clear();
  if (source.length <= longestKept) parsed.set(source, tree);
  return tree;
}

function parseCel(source: string): ReturnType<typeof parseByGrammar> {
  try {
    return parseByGrammar(source);
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
