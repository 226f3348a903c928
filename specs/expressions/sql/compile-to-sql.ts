import type { Entity } from "../../language/entity.ts";
import { fail } from "../check/check-context.ts";
import { problemOf, typeExpression } from "../check/check-expression.ts";
import { operandsOf, type Typed } from "../check/typed-expression.ts";
import { ExpressionError, type ExpressionProblem } from "../expression-error.ts";
import { entityScope } from "../scopes/entity-scope.ts";
import type { Scope } from "../scopes/scope.ts";
import type { ValueType } from "../types/value-type.ts";
import { renderTyped } from "./render-typed.ts";
import type { SqlFragment } from "./sql-fragment.ts";

export interface SqlOptions {
  readonly entity: Entity;
  readonly entities: readonly Entity[];
  /** The table alias whose row is `this`. */
  readonly alias: string;
  /** The table alias whose row is `old`. */
  readonly oldAlias?: string;
  /** What may be read besides `this` and `old`, such as scopeOf(…, "entity"); by default nothing. Fields may be named bare without it. */
  readonly scope?: Scope;
  /** What the value must be. */
  readonly expects?: ValueType;
  /** For generated columns and exclusion constraints: constants and IMMUTABLE functions only. */
  readonly isDefinition?: boolean;
}

/**
 * Compiles an expression over a row to parameterised SQL that has the same answer as the closure and is never NULL where its type
 * is not. Throws ExpressionError, `not-in-sql` where PostgreSQL cannot compute it.
 */
export function compileToSql(source: string, options: SqlOptions): SqlFragment {
  const { entity, entities, alias, oldAlias, expects } = options;
  const scope = options.scope ?? { ...entityScope(entity, entities), bareRoot: "this" };
  const typed = typeExpression(source, scope, expects);
  if (options.isDefinition === true) refuseVolatile(typed);
  return renderTyped(typed, { entity, entities, alias, guards: [], ...(oldAlias === undefined ? {} : { oldAlias }) });
}

/** Why an expression cannot run in the database, undefined where it can. */
export function sqlProblem(source: string, options: SqlOptions): ExpressionProblem | undefined {
  try {
    compileToSql(source, options);
    return undefined;
  } catch (error) {
    if (error instanceof ExpressionError) return problemOf(error);
    throw error;
  }
}

/** Whether an expression can run in the database. */
export function canRunInSql(source: string, options: SqlOptions): boolean {
  return sqlProblem(source, options) === undefined;
}

function refuseVolatile(typed: Typed): void {
  // to_jsonb is only STABLE.
  const isStable = (typed.type === "equal" || typed.type === "memberOf") && typed.by === "json";
  const isOutside = typed.type === "root" && typed.name !== "this";
  if (isStable || isOutside) {
    fail(
      "not-in-sql",
      "this cannot stand in a column or constraint definition",
      typed.offset,
      "only fields and constants can",
    );
  }
  for (const operand of operandsOf(typed)) refuseVolatile(operand);
}
