// Decision: a value made of a sensitive one is sensitive, said by the author: a mark nobody wrote would surprise in every answer.

import type { Expression } from "../expressions/expression.ts";
import { childrenOf } from "../expressions/expression-children.ts";
import { ExpressionError } from "../expressions/expression-error.ts";
import { parseExpression } from "../expressions/parse-expression.ts";
import type { Entity, Field } from "../language/entity.ts";

/** The sensitive field that a computed one's value is made of; a yes or no says too little of it to count. */
export function sensitiveSource({ computed, type }: Field, { fields }: Pick<Entity, "fields">): string | undefined {
  if (computed === undefined || type === "boolean") return undefined;
  const sensitive = new Set(fields.flatMap((field) => (field.sensitive ? [field.name] : [])));
  if (sensitive.size === 0) return undefined;
  try {
    return fieldsRead(parseExpression(computed)).find((name) => sensitive.has(name));
  } catch (error) {
    if (error instanceof ExpressionError) return undefined; // refused where expressions are checked
    throw error;
  }
}

function fieldsRead(expression: Expression): readonly string[] {
  const isOwn =
    expression.type === "select" && expression.operand.type === "name" && expression.operand.name === "this";
  return isOwn ? [expression.field] : childrenOf(expression).flatMap(fieldsRead);
}
