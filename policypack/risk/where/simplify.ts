// Decision: what can be decided without looking at the row is decided first, so that no condition beside it can hide it.
import type { Entity, Expression } from "@lintel/specs";
import { ownField, readsRow, textOf } from "./expression-parts.ts";
import { folded } from "./fold-constants.ts";
import { difference, linearForm } from "./linear-form.ts";
import { fieldNamed } from "./row-fields.ts";

type Binary = Extract<Expression, { readonly type: "binary" }>;
type Call = Extract<Expression, { readonly type: "call" }>;

/** The same condition for every row, with what is always true or always false replaced by that. */
export function simplify(written: Expression, entity: Entity | undefined): Expression {
  const expression = folded(written);
  switch (expression.type) {
    case "unary":
      return expression.operator === "!" ? negated(simplify(expression.operand, entity)) : expression;
    case "conditional": {
      const condition = simplify(expression.condition, entity);
      const [then, otherwise] = [simplify(expression.then, entity), simplify(expression.else, entity)];
      if (condition.type === "literal") return condition.value === true ? then : otherwise;
      return textOf(then) === textOf(otherwise) ? then : { ...expression, condition, then, else: otherwise };
    }
    case "has": {
      const field = ownField({ ...expression, type: "select" });
      const isThere = field !== undefined && fieldNamed(field, entity)?.nullable === false;
      return isThere ? truth(true) : expression;
    }
    case "call":
      return simplifyCall(expression, entity);
    case "binary":
      if (expression.operator === "&&" || expression.operator === "||") return joined(expression, entity);
      return compared(expression, entity);
    default:
      return expression;
  }
}

function truth(value: boolean): Expression {
  return { type: "literal", kind: "boolean", value, offset: 0 };
}

function isTruth(expression: Expression, value: boolean): boolean {
  return expression.type === "literal" && expression.value === value;
}

function negated(operand: Expression): Expression {
  if (operand.type === "literal" && typeof operand.value === "boolean") return truth(!operand.value);
  if (operand.type === "unary" && operand.operator === "!") return operand.operand;
  if (operand.type === "binary" && (operand.operator === "&&" || operand.operator === "||")) {
    const operator = operand.operator === "&&" ? "||" : "&&";
    return { ...operand, operator, left: negated(operand.left), right: negated(operand.right) };
  }
  return { type: "unary", operator: "!", operand, offset: 0 };
}

function joined(expression: Binary, entity: Entity | undefined): Expression {
  const [left, right] = [simplify(expression.left, entity), simplify(expression.right, entity)];
  const winner = expression.operator === "||"; // the value of one side that decides
  if (isTruth(left, winner) || isTruth(right, winner)) return truth(winner);
  if (isTruth(left, !winner)) return right;
  return isTruth(right, !winner) ? left : { ...expression, left, right };
}

function compared(written: Binary, entity: Entity | undefined): Expression {
  const known = (part: Expression): Expression => folded(currencyOf(part, entity) ?? part);
  const expression = { ...written, left: known(written.left), right: known(written.right) };
  const { operator, left, right } = expression;
  if (left.type === "conditional" || right.type === "conditional") return simplify(distributed(expression), entity);
  if (left.type === "literal" && (right.type === "literal" || right.type === "list")) {
    const whole = folded(expression);
    if (whole.type === "literal") return whole;
  }
  if (operator === "in") {
    const names = right.type === "list" && right.elements.some((element) => textOf(element) === textOf(left));
    return names ? truth(true) : expression;
  }
  return (
    comparedWithNull(expression, entity) ??
    comparedInTime(expression) ??
    comparedWithTruth(expression, entity) ??
    comparedAsSums(expression, entity) ??
    expression
  );
}

/** The currency of a money field is the one that its entity fixes. */
function currencyOf(part: Expression, entity: Entity | undefined): Expression | undefined {
  const of = part.type === "select" && part.field === "currency" ? ownField(part.operand) : undefined;
  const field = of === undefined ? undefined : fieldNamed(of, entity);
  if (field?.type !== "money" || field.nullable || field.currency === undefined) return undefined;
  return { type: "literal", kind: "string", value: field.currency, offset: 0 };
}

/** `(c ? a : b) > d` as `c ? a > d : b > d`. */
function distributed(expression: Binary): Expression {
  const { left, right } = expression;
  if (left.type === "conditional")
    return { ...left, then: { ...expression, left: left.then }, else: { ...expression, left: left.else } };
  if (right.type !== "conditional") return expression;
  return { ...right, then: { ...expression, right: right.then }, else: { ...expression, right: right.else } };
}

/** A field that is never null is not equal to it. */
function comparedWithNull({ operator, left, right }: Binary, entity: Entity | undefined): Expression | undefined {
  const other = isNull(left) ? right : isNull(right) ? left : undefined;
  if (other === undefined || (operator !== "==" && operator !== "!=")) return undefined;
  const isThere = fieldNamed(ownField(other) ?? "", entity)?.nullable === false;
  return isThere || other.type === "call" ? truth(operator === "!=") : undefined;
}

function isNull(expression: Expression): boolean {
  return expression.type === "literal" && expression.kind === "null";
}

const mirrored: Readonly<Record<string, Binary["operator"]>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

/** Every row that a write can find was made, and then last changed, before now. */
function comparedInTime({ operator, left, right }: Binary): Expression | undefined {
  const [from, to] = [momentOf(left), momentOf(right)];
  if (from === undefined || to === undefined || from === to) return undefined;
  const seen = from < to ? operator : (mirrored[operator] ?? operator);
  if (seen === "<=" || seen === ">") return truth(seen === "<=");
  const isBeforeNow = Math.max(from, to) >= moments.now; // a row that was never changed has two equal times
  return isBeforeNow ? truth(seen === "<" || seen === "!=") : undefined;
}

const moments = { createdAt: 1, updatedAt: 2, now: 3, later: 4 } as const;

function momentOf(part: Expression): number | undefined {
  if (part.type === "binary" && part.operator === "+") {
    const isLater = [part.left, part.right].map(momentOf).includes(moments.now) && [part.left, part.right].some(isSpan);
    return isLater ? moments.later : undefined;
  }
  if (part.type === "name") return part.name === "now" ? moments.now : undefined;
  const field = ownField(part);
  return field === "createdAt" || field === "updatedAt" ? moments[field] : undefined;
}

/** `duration("1h")`, and none that goes back. */
function isSpan(part: Expression): boolean {
  if (part.type !== "call" || part.name !== "duration") return false;
  const [text] = part.args;
  return text?.type === "literal" && typeof text.value === "string" && /^\s*\+?[1-9]/.test(text.value);
}

/** `condition == true` is the condition. */
function comparedWithTruth({ operator, left, right }: Binary, entity: Entity | undefined): Expression | undefined {
  if (operator !== "==" && operator !== "!=") return undefined;
  const [value, other] = right.type === "literal" ? [right, left] : [left, right];
  if (value.type !== "literal" || typeof value.value !== "boolean" || !isCondition(other)) return undefined;
  const inner = simplify(other, entity);
  return value.value === (operator === "==") ? inner : negated(inner);
}

function isCondition({ type }: Expression): boolean {
  return type === "binary" || type === "unary" || type === "has" || type === "call";
}

/** One field and one number are left of sums that say no more. */
function comparedAsSums({ operator, left, right }: Binary, entity: Entity | undefined): Expression | undefined {
  const form = difference(linearForm(left, entity), linearForm(right, entity));
  if (form === undefined) return undefined;
  const [term, ...others] = form.terms.values();
  if (term === undefined) return truth(holds(operator, form.constant));
  const isNumber = numeric.has(fieldNamed(ownField(term.atom) ?? "", entity)?.type ?? "");
  if (others.length > 0 || !isNumber) return undefined;
  const value = -form.constant / term.factor;
  const literal: Expression = { type: "literal", kind: "number", value: value === 0 ? 0 : value, offset: 0 };
  const turned = term.factor < 0 ? (mirrored[operator] ?? operator) : operator;
  return { type: "binary", operator: turned, left: term.atom, right: literal, offset: 0 };
}

const numeric: ReadonlySet<string> = new Set(["integer", "number", "decimal"]);

function holds(operator: Binary["operator"], value: number): boolean {
  if (operator === "==") return value === 0;
  if (operator === "!=") return value !== 0;
  if (operator === "<") return value < 0;
  if (operator === "<=") return value <= 0;
  return operator === ">" ? value > 0 : value >= 0;
}

const emptyTexts: ReadonlySet<string> = new Set(["startsWith", "endsWith", "contains"]);
const anyText: ReadonlySet<string> = new Set(["", "^", "$", ".*", "^.*", ".*$", "^.*$", "(?s).*", "(?s)^.*$"]);

/** Every text begins, ends with and holds the empty one. */
function simplifyCall(expression: Call, entity: Entity | undefined): Expression {
  const operands = [...(expression.target === undefined ? [] : [expression.target]), ...expression.args];
  const [text, wanted] = operands.map(folded);
  if (text === undefined || wanted?.type !== "literal" || typeof wanted.value !== "string") return expression;
  const isAny = emptyTexts.has(expression.name) ? wanted.value === "" : isAnyPattern(expression.name, wanted.value);
  if (!isAny || !readsRow(text)) return isAny ? truth(true) : expression;
  const field = ownField(text);
  if (field === undefined || fieldNamed(field, entity)?.nullable !== true) return truth(true);
  return { type: "has", operand: { type: "name", name: "this", offset: 0 }, field, offset: 0 };
}

function isAnyPattern(name: string, pattern: string): boolean {
  return name === "matches" && anyText.has(pattern);
}
