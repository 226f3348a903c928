import type { ExpressionCode } from "./expression-codes.ts";

/** What is wrong with an expression, where in it, and what to do. Codes stand in `expressionCodes`. */
export interface ExpressionProblem {
  readonly code: ExpressionCode;
  readonly message: string;
  /** UTF-16 code units from the start of the expression's or template's text. */
  readonly offset: number;
  readonly hint?: string;
}

/** An expression or template that cannot be used; thrown while parsing or compiling, never while evaluating. */
export class ExpressionError extends Error implements ExpressionProblem {
  override readonly name = "ExpressionError";
  readonly code: ExpressionCode;
  readonly offset: number;
  readonly hint?: string;

  constructor(problem: ExpressionProblem) {
    super(problem.message);
    this.code = problem.code;
    this.offset = problem.offset;
    if (problem.hint !== undefined) this.hint = problem.hint;
  }
}
