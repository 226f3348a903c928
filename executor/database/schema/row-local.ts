import { childrenOf, type Entity, type Expression, parseExpression } from "@lintel/specs";
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
