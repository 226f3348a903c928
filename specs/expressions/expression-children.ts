import type { Expression } from "./expression.ts";

/** The expressions directly inside one. */
export function childrenOf(expression: Expression): readonly Expression[] {
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
