import type { ValueTemplate } from "../../language/flow.ts";
import { typeExpression } from "../check/check-expression.ts";
import { type Expectation, typeTemplate } from "../check/check-template.ts";
import type { Typed } from "../check/typed-expression.ts";
import { ExpressionError } from "../expression-error.ts";
import type { Scope } from "../scopes/scope.ts";
import type { ValueType } from "../types/value-type.ts";
import { compileTyped } from "./compile-typed.ts";
import { limitOutput } from "./output-limit.ts";
import type { Evaluate } from "./step.ts";

/** Compiles a bare expression; throws ExpressionError where it does not parse or type-check. With `expects` its value is converted. */
export function compileExpression(source: string, scope: Scope, expects?: ValueType): Evaluate {
  return evaluateTyped(typeExpression(source, scope, expects));
}

/** Compiles a template; throws ExpressionError with the first problem. With `expects` its values are converted. */
export function compileTemplate(template: ValueTemplate, scope: Scope, expects?: Expectation): Evaluate {
  const { typed, problems } = typeTemplate(template, scope, expects);
  const [problem] = problems;
  if (typed === undefined || problem !== undefined) {
    throw new ExpressionError(problem ?? { code: "expression-type", message: "the template has no type", offset: 0 });
  }
  return evaluateTyped(typed);
}

/** A checked tree as a function of its context. */
export function evaluateTyped(typed: Typed): Evaluate {
  const step = compileTyped(typed);
  return (context, fuel) => limitOutput(step({ context, fuel, variables: [] }));
}
