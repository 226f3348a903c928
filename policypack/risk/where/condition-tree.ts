import {
  type Condition,
  type Expression,
  parseExpression,
  splitTemplate,
  type ValueTemplate,
  type Where,
} from "@lintel/specs";

const nowhere = { offset: 0 } as const;
const always: Expression = { type: "literal", kind: "boolean", value: true, ...nowhere };

/**
 * A where as one expression over `this`, whichever way it is written; no where is `true`. A comparison that is left out when
 * its value is null counts as left out: a caller can make it so.
 * @throws ExpressionError where it cannot be parsed.
 */
export function conditionTree(where: Where | undefined): Expression {
  if (where === undefined) return always;
  if (typeof where === "string") return parseExpression(where);
  const comparisons = Object.entries(where).flatMap(([field, condition]) => comparisonsOf(field, condition));
  return comparisons.reduce((left, right) => binary("&&", left, right), always);
}

function comparisonsOf(field: string, condition: Condition): readonly Expression[] {
  const { optional, ...comparisons } = condition as Condition & { readonly optional?: boolean };
  return optional === true
    ? []
    : Object.entries(comparisons).map(([operator, value]) => compare(field, operator, value));
}

const operators: Readonly<Record<string, "==" | "!=" | "<" | "<=" | ">" | ">=" | "in">> = {
  eq: "==",
  ne: "!=",
  lt: "<",
  lte: "<=",
  gt: ">",
  gte: ">=",
  in: "in",
};

function compare(name: string, key: string, value: ValueTemplate): Expression {
  const field: Expression = {
    type: "select",
    operand: { type: "name", name: "this", ...nowhere },
    field: name,
    ...nowhere,
  };
  const operand = valueTree(value);
  const operator = operators[key];
  if (operator !== undefined) return binary(operator, field, operand);
  return { type: "call", name: key, target: field, args: [operand], ...nowhere };
}

function binary(
  operator: Extract<Expression, { type: "binary" }>["operator"],
  left: Expression,
  right: Expression,
): Expression {
  return { type: "binary", operator, left, right, ...nowhere };
}

/** A template as one expression. @throws ExpressionError where it cannot be parsed. */
export function valueTree(value: ValueTemplate): Expression {
  if (value === null) return { type: "literal", kind: "null", value, ...nowhere };
  if (typeof value === "boolean") return { type: "literal", kind: "boolean", value, ...nowhere };
  if (typeof value === "number") return { type: "literal", kind: "number", value, ...nowhere };
  if (typeof value === "string") return textTree(value);
  if (Array.isArray(value))
    return { type: "list", elements: (value as readonly ValueTemplate[]).map(valueTree), ...nowhere };
  const entries = Object.entries(value).map(([key, member]) => ({ key, value: valueTree(member), ...nowhere }));
  return { type: "object", entries, ...nowhere };
}

function textTree(text: string): Expression {
  const parts = splitTemplate(text).map((part): Expression => {
    if (part.type === "expression") return parseExpression(part.source);
    return { type: "literal", kind: "string", value: part.text, ...nowhere };
  });
  const [first, ...rest] = parts;
  if (first === undefined) return { type: "literal", kind: "string", value: "", ...nowhere };
  return rest.reduce((left, right) => binary("+", left, right), first);
}
