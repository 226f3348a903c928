import type { Expression } from "../expression.ts";
import { type ExpressionCode, expressionCodes } from "../expression-codes.ts";
import { ExpressionError } from "../expression-error.ts";
import type { Scope } from "../scopes/scope.ts";
import { describeType, type ValueType } from "../types/value-type.ts";
import type { Typed } from "./typed-expression.ts";

export interface Variable {
  readonly type: ValueType;
  readonly slot: number;
}

/** What is known at a place inside an expression. */
export interface CheckContext {
  readonly scope: Scope;
  readonly variables: Readonly<Record<string, Variable>>;
  /** Access paths that are known not to be null here, as `pathOf` writes them. */
  readonly present: ReadonlySet<string>;
}

export type Check = (expression: Expression, context: CheckContext) => Typed;

/** Throws the problem: an expression reports its first one. */
export function fail(
  code: ExpressionCode,
  message: string,
  offset: number,
  hint: string | undefined = fixedHint(code),
): never {
  throw new ExpressionError({ code, message, offset, ...(hint === undefined ? {} : { hint }) });
}

/** The catalogue's hint where it has nothing to fill in. */
function fixedHint(code: ExpressionCode): string | undefined {
  const { hint } = expressionCodes[code];
  return hint.includes("{") ? undefined : hint;
}

/** Refuses an operand that may be null where the operation has no answer for null. */
export function requirePresent(typed: Typed, operation: string): Typed {
  if (!typed.valueType.nullable) return typed;
  return fail(
    "nullable-operand",
    `${operation} needs a value, and this may be null (${describeType(typed.valueType)})`,
    typed.offset,
  );
}

/** The type error of an operator or a function. */
export function typeProblem(what: string, types: readonly ValueType[], offset: number, hint?: string): never {
  return fail("expression-type", `${what} does not take ${types.map(describeType).join(" and ")}`, offset, hint);
}
