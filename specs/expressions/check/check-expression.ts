import type { Expression } from "../expression.ts";
import { ExpressionError, type ExpressionProblem } from "../expression-error.ts";
import { parseExpression } from "../parse-expression.ts";
import type { Scope } from "../scopes/scope.ts";
import type { ValueType } from "../types/value-type.ts";
import { assign } from "./assign.ts";
import { checkNode } from "./check-node.ts";
import type { Typed } from "./typed-expression.ts";

/** What checking found: a type, or the first problem. */
export interface CheckedExpression {
  readonly type?: ValueType;
  readonly problems: readonly ExpressionProblem[];
}

/** Parses and type-checks a bare expression in its scope; with `expects`, also that its value can stand there. */
export function checkExpression(source: string, scope: Scope, expects?: ValueType): CheckedExpression {
  try {
    return { type: typeExpression(source, scope, expects).valueType, problems: [] };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { problems: [problemOf(error)] };
  }
}

/** The checked tree of a bare expression; throws ExpressionError. */
export function typeExpression(source: string, scope: Scope, expects?: ValueType): Typed {
  return typeParsed(parseExpression(source), scope, expects);
}

function typeParsed(expression: Expression, scope: Scope, expects?: ValueType): Typed {
  const typed = checkNode(expression, { scope, variables: {}, present: new Set() });
  return expects === undefined ? typed : assign(typed, expects, "the place of this expression");
}

/** A problem as plain data. */
export function problemOf({ code, message, offset, hint }: ExpressionError): ExpressionProblem {
  return { code, message, offset, ...(hint === undefined ? {} : { hint }) };
}
