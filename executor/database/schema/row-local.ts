import { type Entity, type Expression, parseExpression } from "@lintel/specs";
import { columnsOf } from "../columns.ts";

/** Whether an expression reads nothing but the row's own columns: then the database can hold it as a constraint. */
export function isRowLocal(entity: Entity, source: string): boolean {
  const names = new Set(columnsOf(entity).map(({ name }) => name));
  return readsOnly(parseExpression(source), names);
}

function readsOnly(expression: Expression, names: ReadonlySet<string>): boolean {
  if (expression.type === "macro") return false;
  if (expression.type === "name") return names.has(expression.name); // bare, as definitions of an entity may write it
  if ((expression.type === "select" || expression.type === "has") && isThis(expression.operand)) {
    return names.has(expression.field);
  }
  return childrenOf(expression).every((child) => readsOnly(child, names));
}

function isThis(expression: Expression): boolean {
  return expression.type === "name" && expression.name === "this";
}

function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.type) {
    case "literal":
    case "name":
      return [];
    case "select":
    case "has":
    case "unary":
      return [expression.operand];
    case "index":
      return [expression.operand, expression.index];
    case "call":
      return [...(expression.target === undefined ? [] : [expression.target]), ...expression.args];
    case "binary":
      return [expression.left, expression.right];
    case "conditional":
      return [expression.condition, expression.then, expression.else];
    case "list":
      return expression.elements;
    case "object":
      return expression.entries.map(({ value }) => value);
    case "macro":
      return [expression.list, ...(expression.predicate === undefined ? [] : [expression.predicate]), expression.body];
  }
}
