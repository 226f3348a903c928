// Decision: sums are compared as polynomials of the first degree, so that `x + 0 >= 0` and `x - x == 0` are seen for what they are.
import type { Entity, Expression, FieldType } from "@lintel/specs";
import { ownField, textOf } from "./expression-parts.ts";
import { derivedNumber, fieldNamed } from "./row-fields.ts";

interface Term {
  readonly atom: Expression;
  readonly factor: number;
}

/** A constant, and what stands beside it by its text. */
export interface LinearForm {
  readonly constant: number;
  readonly terms: ReadonlyMap<string, Term>;
}

const notSummed: ReadonlySet<FieldType> = new Set(["uuid", "string", "boolean", "enum", "json"]);

/** Undefined for what is no number, money, time or span of time, as far as can be told. */
export function linearForm(expression: Expression, entity: Entity | undefined): LinearForm | undefined {
  const number = derivedNumber(expression, entity);
  if (number !== undefined) return ofAtom(number);
  const form = (part: Expression): LinearForm | undefined => linearForm(part, entity);
  switch (expression.type) {
    case "literal":
      return typeof expression.value === "number" ? ofConstant(expression.value) : undefined;
    case "list":
    case "macro":
    case "has":
    case "conditional":
      return undefined;
    case "object":
      return ofMoney(expression.entries.find(({ key }) => key === "amount")?.value);
    case "call":
      return ofCall(expression, form);
    case "unary":
      return expression.operator === "-" ? scaled(form(expression.operand), -1) : undefined;
    case "binary":
      return ofBinary(expression, form, entity);
    default: {
      const type = fieldNamed(ownField(expression) ?? "", entity)?.type;
      return type !== undefined && notSummed.has(type) ? undefined : ofAtom(expression);
    }
  }
}

/** a - b. */
export function difference(a: LinearForm | undefined, b: LinearForm | undefined): LinearForm | undefined {
  return sum(a, scaled(b, -1));
}

type Form = (part: Expression) => LinearForm | undefined;

type Binary = Extract<Expression, { type: "binary" }>;

function ofBinary(expression: Binary, form: Form, entity: Entity | undefined): LinearForm | undefined {
  const { operator, left, right } = expression;
  const [a, b] = [form(left), form(right)];
  if (operator === "+") return sum(a, b);
  if (operator === "-") return difference(a, b);
  if (operator === "*" && a?.terms.size === 0) return scaled(b, a.constant);
  if (operator === "*" && b?.terms.size === 0) return scaled(a, b.constant);
  if (operator === "/" && b?.terms.size === 0 && b.constant === 1) return a;
  const isOne = b?.terms.size === 0 && Math.abs(b.constant) === 1;
  if (operator === "%" && isOne && isWhole(left, entity)) return ofConstant(0);
  return operator === "*" || operator === "/" || operator === "%" ? ofAtom(expression) : undefined;
}

/** An integer field, as it is. */
function isWhole(part: Expression, entity: Entity | undefined): boolean {
  return fieldNamed(ownField(part) ?? "", entity)?.type === "integer";
}

const conversions: ReadonlySet<string> = new Set(["int", "double", "decimal"]);
const textsAndTruths: ReadonlySet<string> = new Set(
  "string bool uuid startsWith endsWith contains matches lowerAscii upperAscii trim".split(" "),
);

function ofCall(expression: Extract<Expression, { type: "call" }>, form: Form): LinearForm | undefined {
  const [first] = expression.args;
  if (textsAndTruths.has(expression.name)) return undefined;
  if (expression.name === "money") return ofMoney(first);
  if (!conversions.has(expression.name) || first === undefined) return ofAtom(expression);
  const value = first.type === "literal" && typeof first.value === "string" ? Number(first.value) : Number.NaN;
  const inner = form(first);
  if (Number.isFinite(value)) return ofConstant(value);
  return inner?.terms.size === 0 ? ofConstant(inner.constant) : ofAtom(expression);
}

function ofMoney(amount: Expression | undefined): LinearForm | undefined {
  const isKnown = amount?.type === "literal" && typeof amount.value === "number";
  return isKnown ? ofConstant(amount.value) : undefined;
}

function ofConstant(constant: number): LinearForm {
  return { constant, terms: new Map() };
}

function ofAtom(atom: Expression): LinearForm {
  return { constant: 0, terms: new Map([[textOf(atom), { atom, factor: 1 }]]) };
}

function scaled(form: LinearForm | undefined, by: number): LinearForm | undefined {
  if (form === undefined || by === 0) return form === undefined ? undefined : ofConstant(0);
  const terms = [...form.terms].map(([key, { atom, factor }]) => [key, { atom, factor: factor * by }] as const);
  return { constant: form.constant * by, terms: new Map(terms) };
}

function sum(a: LinearForm | undefined, b: LinearForm | undefined): LinearForm | undefined {
  if (a === undefined || b === undefined) return undefined;
  const terms = new Map(a.terms);
  for (const [key, { atom, factor }] of b.terms) {
    const total = (terms.get(key)?.factor ?? 0) + factor;
    if (total === 0) terms.delete(key);
    else terms.set(key, { atom, factor: total });
  }
  return { constant: a.constant + b.constant, terms };
}
