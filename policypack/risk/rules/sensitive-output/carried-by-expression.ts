import { type Expression, isJsonObject, parseExpression, splitTemplate, type ValueTemplate } from "@lintel/specs";
import { type Carried, eitherOf, elementOf, likely, listOf, nothing, objectOf, partOf, wholeOf } from "./carried.ts";

/** What the names that an expression reads carry: `nodes`, `item`, a macro's variable. */
export type Names = (name: string) => Carried;

/** What a template's value carries. @throws ExpressionError where it cannot be parsed. */
export function carriedByTemplate(template: ValueTemplate | undefined, names: Names): Carried {
  if (typeof template === "string") return carriedByText(template, names);
  if (Array.isArray(template))
    return listOf(eitherOf((template as readonly ValueTemplate[]).map((each) => carriedByTemplate(each, names))));
  if (!isJsonObject(template)) return nothing;
  return objectOf(Object.entries(template).map(([key, value]) => [key, carriedByTemplate(value, names)] as const));
}

function carriedByText(text: string, names: Names): Carried {
  if (!text.includes("${")) return nothing;
  const sources = splitTemplate(text);
  const parts = sources.flatMap((part) => (part.type === "expression" ? [parseExpression(part.source)] : []));
  const carried = parts.map((part) => carriedBy(part, names));
  return sources.length === 1 ? (carried[0] ?? nothing) : wholeOf(eitherOf(carried));
}

/** What an expression's value carries: a comparison and a length say too little of a value to give it away. */
export function carriedBy(expression: Expression, names: Names): Carried {
  const all = (parts: readonly Expression[]): Carried => eitherOf(parts.map((part) => carriedBy(part, names)));
  switch (expression.type) {
    case "literal":
    case "has":
      return nothing;
    case "name":
      return names(expression.name);
    case "select":
      return partOf(carriedBy(expression.operand, names), expression.field);
    case "index":
      return elementOf(carriedBy(expression.operand, names));
    case "unary":
      return expression.operator === "!" ? nothing : carriedBy(expression.operand, names);
    case "binary":
      return carriedByBinary(expression, names);
    case "call":
      return telling.has(expression.name)
        ? nothing
        : wholeOf(all([...(expression.target === undefined ? [] : [expression.target]), ...expression.args]));
    case "conditional":
      return likely(all([expression.then, expression.else]));
    case "list":
      return listOf(all(expression.elements));
    case "object":
      return objectOf(expression.entries.map(({ key, value }) => [key, carriedBy(value, names)] as const));
    case "macro":
      return carriedByMacro(expression, names);
  }
}

/** Functions whose answer is yes, no or a length. */
const telling: ReadonlySet<string> = new Set(["startsWith", "endsWith", "contains", "matches", "size"]);
const arithmetic: ReadonlySet<string> = new Set(["+", "-", "*", "/", "%"]);

function carriedByBinary({ operator, left, right }: Extract<Expression, { type: "binary" }>, names: Names): Carried {
  if (!arithmetic.has(operator)) return nothing;
  const both = eitherOf([carriedBy(left, names), carriedBy(right, names)]);
  // Lists are joined by `+`, and stay lists.
  return both.element === undefined ? wholeOf(both) : both;
}

function carriedByMacro(expression: Extract<Expression, { type: "macro" }>, names: Names): Carried {
  const list = carriedBy(expression.list, names);
  if (expression.macro === "filter") return list;
  if (expression.macro !== "map") return nothing;
  const element = elementOf(list);
  const inside: Names = (name) => (name === expression.variable ? element : names(name));
  return listOf(carriedBy(expression.body, inside));
}
