import type { Diagnostic } from "../diagnostic.ts";
import { checkExpression } from "../expressions/check/check-expression.ts";
import type { ExpressionProblem } from "../expressions/expression-error.ts";
import { entityScope, rowScope } from "../expressions/scopes/entity-scope.ts";
import type { Scope } from "../expressions/scopes/scope.ts";
import { typeOfField } from "../expressions/types/entity-type.ts";
import { simple, type ValueType } from "../expressions/types/value-type.ts";
import type { Entity } from "../language/entity.ts";
import { placed } from "../load/report.ts";
import { scalarOffset } from "../load/scalar-offset.ts";
import type { SpecFile } from "../load/spec-file.ts";
import { type Path, spanAt } from "../load/yaml-span.ts";
import type { Place } from "./compilation.ts";

/** Type-checks an entity's own expressions: computed fields, invariants, and which rows exclude each other. */
export function checkEntityExpressions(
  file: SpecFile,
  entity: Entity,
  entities: readonly Entity[],
  sink: Diagnostic[],
): void {
  const boolean = simple("boolean");
  const check = (source: string, path: Path, scope: Scope, expects: ValueType): void => {
    for (const problem of checkExpression(source, scope, expects).problems) {
      sink.push(problemAt({ file, path }, problem));
    }
  };
  const row = rowScope(entity, entities);
  for (const field of entity.fields) {
    if (field.computed !== undefined)
      check(field.computed, ["fields", field.name, "computed"], row, typeOfField(field));
  }
  const rows = entityScope(entity, entities);
  entity.invariants.forEach(({ expr }, index) => check(expr, ["invariants", index, "expr"], rows, boolean));
  entity.exclude.forEach(({ where }, index) => {
    if (where !== undefined) check(where, ["exclude", index, "where"], row, boolean);
  });
}

/** A diagnostic for a problem inside an expression's text. */
export function problemAt({ file, path }: Place, { code, message, offset, hint }: ExpressionProblem): Diagnostic {
  const { node } = spanAt(file.root, path);
  return placed(file.source, scalarOffset(file.source, node, offset), code, message, hint);
}
