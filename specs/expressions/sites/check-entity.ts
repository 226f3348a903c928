import type { Entity } from "../../language/entity.ts";
import { fail } from "../check/check-context.ts";
import { problemOf, typeExpression } from "../check/check-expression.ts";
import { operandsOf, type Typed } from "../check/typed-expression.ts";
import { ExpressionError } from "../expression-error.ts";
import { entityScope, rowScope } from "../scopes/entity-scope.ts";
import { compileToSql } from "../sql/compile-to-sql.ts";
import { typeOfField } from "../types/entity-type.ts";
import { simple } from "../types/value-type.ts";
import type { SiteProblem } from "./site-problem.ts";

/**
 * Type-checks an entity's expressions, and that the database can hold them: computed fields, invariants, exclusions' `where`, the
 * path of its ownership. Paths stand below `entity/NAME`, such as `fields/nights/computed` or `invariants/NAME/expr`.
 */
export function checkEntity(entity: Entity, entities: readonly Entity[]): readonly SiteProblem[] {
  const row = rowScope(entity, entities);
  const rows = entityScope(entity, entities);
  const options = { entity, entities, alias: "this" };
  const boolean = simple("boolean");
  const definition = { ...options, scope: row, isDefinition: true };
  return [
    ...entity.fields.flatMap((field) => {
      const { name, computed } = field;
      if (computed === undefined) return [];
      return problemsAt(`fields/${name}/computed`, () => {
        refuseComputed(typeExpression(computed, row), entity);
        compileToSql(computed, { ...definition, expects: typeOfField(field) });
      });
    }),
    ...entity.invariants.flatMap(({ name, expr }) =>
      problemsAt(`invariants/${name}/expr`, () => {
        compileToSql(expr, { ...options, oldAlias: "old", scope: rows, expects: boolean });
      }),
    ),
    ...entity.exclude.flatMap(({ name, where }) =>
      where === undefined
        ? []
        : problemsAt(`exclude/${name}/where`, () => compileToSql(where, { ...definition, expects: boolean })),
    ),
    ...(entity.ownership === undefined
      ? []
      : problemsAt("ownership/via", () => typeExpression(`this.${entity.ownership?.via.join(".") ?? ""}`, rows))),
  ];
}

/** A generated column cannot read another one. */
function refuseComputed(typed: Typed, entity: Entity): void {
  const name = typed.type === "field" && typed.operand.type === "root" ? typed.field : undefined;
  const field = entity.fields.find((candidate) => candidate.name === name);
  if (field?.computed !== undefined) {
    fail("not-in-sql", `"${field.name}" is computed itself`, typed.offset, "write its expression out");
  }
  for (const operand of operandsOf(typed)) refuseComputed(operand, entity);
}

function problemsAt(path: string, check: () => unknown): readonly SiteProblem[] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof ExpressionError) return [{ ...problemOf(error), path }];
    throw error;
  }
}
