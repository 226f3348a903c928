import type { Expression } from "@lintel/specs";

/** The source of an expression, in brackets wherever it could matter; it parses to the same tree. */
export function sourceOf(expression: Expression): string {
  const list = (parts: readonly Expression[]): string => parts.map(sourceOf).join(", ");
  switch (expression.type) {
    case "literal":
      return typeof expression.value === "number" ? numberSource(expression.value) : JSON.stringify(expression.value);
    case "name":
      return expression.name;
    case "select":
      return `${sourceOf(expression.operand)}.${expression.field}`;
    case "has":
      return `has(${sourceOf(expression.operand)}.${expression.field})`;
    case "index":
      return `${sourceOf(expression.operand)}[${sourceOf(expression.index)}]`;
    case "call": {
      const target = expression.target === undefined ? "" : `${sourceOf(expression.target)}.`;
      return `${target}${expression.name}(${list(expression.args)})`;
    }
    case "unary":
      return `(${expression.operator}${sourceOf(expression.operand)})`;
    case "binary":
      return `(${sourceOf(expression.left)} ${expression.operator} ${sourceOf(expression.right)})`;
    case "conditional":
      return `(${sourceOf(expression.condition)} ? ${sourceOf(expression.then)} : ${sourceOf(expression.else)})`;
    case "list":
      return `[${list(expression.elements)}]`;
    case "object":
      return `{${expression.entries.map(({ key, value }) => `${JSON.stringify(key)}: ${sourceOf(value)}`).join(", ")}}`;
    case "macro": {
      const parts = expression.predicate === undefined ? [expression.body] : [expression.predicate, expression.body];
      return `${sourceOf(expression.list)}.${expression.macro}(${expression.variable}, ${list(parts)})`;
    }
  }
}

function numberSource(value: number): string {
  return value < 0 ? `(${String(value)})` : String(value);
}
