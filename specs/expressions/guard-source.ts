// Decision: sizes are checked before the parser sees the text, because a parser's cost on evil input is nobody's promise.
import { ExpressionError } from "./expression-error.ts";
import { skipOpaque } from "./skip-opaque.ts";

/** UTF-16 code units. */
const maximumLength = 4096;
/** Brackets inside brackets. */
const maximumNesting = 64;
/** Operators and calls inside one another, as the tree has them. */
export const maximumDepth = 200;

/** Throws ExpressionError `expression-too-long` or `expression-too-deep`. */
export function guardSource(source: string): void {
  if (source.length > maximumLength) {
    throw new ExpressionError({
      code: "expression-too-long",
      message: `the expression has ${String(source.length)} characters; at most ${String(maximumLength)} are allowed`,
      offset: maximumLength,
      hint: "split it into transform nodes",
    });
  }
  let depth = 0;
  for (let at = 0; at < source.length; at += 1) {
    at = skipOpaque(source, at);
    const character = source.charAt(at);
    if (character === "") break;
    if ("([{".includes(character)) depth += 1;
    else if (")]}".includes(character)) depth -= 1;
    if (depth > maximumNesting) throw tooDeep(at, `${String(maximumNesting)} brackets`);
  }
}

/** The error of an expression nested too deeply, `what` being the limit that it passed. */
export function tooDeep(offset: number, what: string): ExpressionError {
  return new ExpressionError({
    code: "expression-too-deep",
    message: `the expression is nested too deeply; at most ${what} may stand inside one another`,
    offset,
    hint: "split it into transform nodes",
  });
}
