import { childrenOf, type Entity, type Expression, parseExpression } from "@lintel/specs";
import { columnsOf } from "../columns.ts";

/** Whether an expression reads nothing but the row's own columns: then the database can hold it as a constraint. */
export function isRowLocal(entity: Entity, source: string): boolean {
  const names = new Set(columnsOf(entity).map(({ name }) => name));
  return readsOnly(parseExpression(source), names, ["this"]);
}

/** The same of the row as it is and as it was. */
export function isVersionLocal(entity: Entity, source: string): boolean {
  const names = new Set(columnsOf(entity).map(({ name }) => name));
  return readsOnly(parseExpression(source), names, ["this", "old"]);
}

function readsOnly(expression: Expression, names: ReadonlySet<string>, roots: readonly string[]): boolean {
  if (expression.type === "macro") return false;
  if (expression.type === "name") {
    // Bare, as definitions of an entity may write it; `old` alone is compared with null.
    return names.has(expression.name) || (expression.name === "old" && roots.includes("old"));
  }
  if ((expression.type === "select" || expression.type === "has") && isRoot(expression.operand, roots)) {
    return names.has(expression.field);
  }
  return childrenOf(expression).every((child) => readsOnly(child, names, roots));
}

function isRoot(expression: Expression, roots: readonly string[]): boolean {
  return expression.type === "name" && roots.includes(expression.name);
}
