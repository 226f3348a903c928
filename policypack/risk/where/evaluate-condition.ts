import type { Expression, JsonValue } from "@lintel/specs";
import { canonicalJson } from "@lintel/specs";
import { constantOf } from "./constant-of.ts";
import { ownField, textOf } from "./expression-parts.ts";
import type { RowDomain } from "./row-domain.ts";

/** Where a combination of unknown values is picked, one value per key. */
export interface Picker {
  readonly pick: (key: string, values: readonly JsonValue[]) => JsonValue;
}

/** What a part is worth in this combination; undefined when only an execution knows. */
type Known = JsonValue | undefined;

/** The truth of a condition for one combination; every comparison that cannot be decided is picked as true or false. */
export function evaluateCondition(expression: Expression, domain: RowDomain, picker: Picker): JsonValue {
  const truth = (part: Expression): JsonValue => evaluateCondition(part, domain, picker);
  switch (expression.type) {
    case "literal":
      return expression.value;
    case "unary":
      return expression.operator === "!" ? not(truth(expression.operand)) : null;
    case "conditional":
      return truth(expression.condition) === true ? truth(expression.then) : truth(expression.else);
    case "binary":
      if (expression.operator === "&&") return truth(expression.left) === true ? truth(expression.right) : false;
      if (expression.operator === "||") return truth(expression.left) === true ? true : truth(expression.right);
      return compare(expression, domain, picker);
    case "has": {
      const field = ownField({ ...expression, type: "select" });
      const values = field === undefined ? undefined : domain(field);
      return field === undefined || values === undefined
        ? unknown(expression, picker)
        : picker.pick(field, values) !== null;
    }
    default: {
      const value = valueOf(expression, domain, picker);
      return value === undefined ? unknown(expression, picker) : value;
    }
  }
}

function not(value: JsonValue): JsonValue {
  return typeof value === "boolean" ? !value : null;
}

function unknown(expression: Expression, picker: Picker): JsonValue {
  return picker.pick(`? ${textOf(expression)}`, [true, false]);
}

type Binary = Extract<Expression, { readonly type: "binary" }>;

function compare(expression: Binary, domain: RowDomain, picker: Picker): JsonValue {
  const { operator, left, right } = expression;
  const same = textOf(left) === textOf(right);
  if (same && reflexive.has(operator)) return operator === "==" || operator === "<=" || operator === ">=";
  const bothOwn = ownField(left) !== undefined && ownField(right) !== undefined;
  // A value is picked only where it decides something: each pick multiplies the combinations.
  if (bothOwn || !hasValue(left, domain) || !hasValue(right, domain)) return compareUnknown(expression, picker);
  return compareValues(operator, valueOf(left, domain, picker) ?? null, valueOf(right, domain, picker) ?? null);
}

const reflexive: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);

/** One of two unknown values is below, equal to or above the other: all comparisons of the two are decided together. */
function compareUnknown(expression: Binary, picker: Picker): JsonValue {
  const { operator, left, right } = expression;
  if (!reflexive.has(operator)) return unknown(expression, picker);
  const [a, b] = [textOf(left), textOf(right)];
  const isInOrder = a < b;
  const order = picker.pick(isInOrder ? `<=> ${a} ${b}` : `<=> ${b} ${a}`, [-1, 0, 1]);
  return typeof order === "number" && compareValues(operator, isInOrder ? order : -order, 0);
}

function compareValues(operator: string, a: JsonValue, b: JsonValue): JsonValue {
  if (operator === "==") return canonicalJson(a) === canonicalJson(b);
  if (operator === "!=") return canonicalJson(a) !== canonicalJson(b);
  if (operator === "in") return Array.isArray(b) && b.some((each) => canonicalJson(each) === canonicalJson(a));
  const order = orderOf(a, b);
  if (order === undefined) return null;
  if (operator === "<") return order < 0;
  if (operator === "<=") return order <= 0;
  return operator === ">" ? order > 0 : order >= 0;
}

function orderOf(a: JsonValue, b: JsonValue): number | undefined {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  return undefined;
}

/** Whether `valueOf` will know it. */
function hasValue(expression: Expression, domain: RowDomain): boolean {
  const field = ownField(expression);
  if (field !== undefined) return domain(field) !== undefined;
  if (expression.type === "list") return expression.elements.every((element) => hasValue(element, domain));
  return expression.type === "literal" || constantOf(expression) !== undefined;
}

/** Literals, lists of them and own fields have a value; arithmetic only over literals, because picked values only compare. */
function valueOf(expression: Expression, domain: RowDomain, picker: Picker): Known {
  const field = ownField(expression);
  if (field !== undefined) {
    const values = domain(field);
    return values === undefined ? undefined : picker.pick(field, values);
  }
  if (expression.type === "literal") return expression.value;
  if (expression.type === "list") {
    const elements = expression.elements.map((element) => valueOf(element, domain, picker));
    return elements.every((element) => element !== undefined) ? elements : undefined;
  }
  return constantOf(expression);
}
