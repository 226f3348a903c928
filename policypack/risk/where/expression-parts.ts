import { canonicalJson, type Expression } from "@lintel/specs";

/** The expressions directly inside one. */
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

/** The expression and everything inside it. */
export function everyPart(expression: Expression): readonly Expression[] {
  return [expression, ...childrenOf(expression).flatMap(everyPart)];
}

/** The field that the expression is, when it is `this.<field>` and nothing more. */
export function ownField(expression: Expression): string | undefined {
  const isOwn =
    expression.type === "select" && expression.operand.type === "name" && expression.operand.name === "this";
  return isOwn ? expression.field : undefined;
}

/** Whether its value depends on the row. */
export function readsRow(expression: Expression): boolean {
  return everyPart(expression).some((part) => part.type === "name" && part.name === "this");
}

/** The same text for the same expression, wherever it stands. */
export function textOf(expression: Expression): string {
  return canonicalJson(expression).replaceAll(/"offset":\d+,?/g, "");
}
