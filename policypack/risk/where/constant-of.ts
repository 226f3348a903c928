import type { Expression } from "@lintel/specs";

/** The number or text that arithmetic over literals comes to; undefined for everything else. */
export function constantOf(expression: Expression): number | string | undefined {
  if (expression.type === "unary" && expression.operator === "-") {
    const operand = constantOf(expression.operand);
    return typeof operand === "number" ? -operand : undefined;
  }
  if (expression.type === "literal")
    return typeof expression.value === "boolean" ? undefined : (expression.value ?? undefined);
  if (expression.type !== "binary") return undefined;
  const [a, b] = [constantOf(expression.left), constantOf(expression.right)];
  if (typeof a === "string" && typeof b === "string") return expression.operator === "+" ? a + b : undefined;
  if (typeof a !== "number" || typeof b !== "number") return undefined;
  if (expression.operator === "+") return a + b;
  if (expression.operator === "-") return a - b;
  return expression.operator === "*" ? a * b : undefined;
}
