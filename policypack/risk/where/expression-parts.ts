import { canonicalJson, childrenOf, type Expression } from "@lintel/specs";

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

/** `a && b && c` as a list of what must all hold. */
export function conjunctsOf(condition: Expression): readonly Expression[] {
  if (condition.type !== "binary" || condition.operator !== "&&") return [condition];
  return [...conjunctsOf(condition.left), ...conjunctsOf(condition.right)];
}
