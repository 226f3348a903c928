import type { Entity, Expression, Field } from "@lintel/specs";
import { ownField } from "./expression-parts.ts";

const plain = { nullable: false, generated: true, sensitive: false, personal: false } as const;

/** What PostgreSQL keeps in every table. */
const systemFields: readonly Field[] = [
  { ...plain, name: "version", type: "integer", minimum: 1 },
  { ...plain, name: "createdAt", type: "instant" },
  { ...plain, name: "updatedAt", type: "instant" },
];

/**
 * The field of a row by its name. A number that is derived from one field alone has a name too, `size(f)` and `amount(f)`, so
 * that its comparisons are judged as those of any number.
 */
export function fieldNamed(name: string, entity: Entity | undefined): Field | undefined {
  const [, derived, of] = /^(size|amount)\((.*)\)$/.exec(name) ?? [];
  if (of === undefined) return [...(entity?.fields ?? []), ...systemFields].find((field) => field.name === name);
  const field = fieldNamed(of, entity);
  if (field === undefined) return undefined;
  const { minLength = 0, maxLength, minimum, maximum, nullable } = field;
  const [low, high] = derived === "size" ? [minLength, maxLength] : [minimum, maximum];
  return { ...plain, name, type: "integer", nullable, ...bound("minimum", low), ...bound("maximum", high) };
}

function bound(name: "minimum" | "maximum", value: number | undefined): Partial<Field> {
  return value === undefined ? {} : { [name]: value };
}

/** `size(this.f)`, `this.f.size()`, `this.f.amount` and money fields themselves as the number that they stand for. */
export function derivedNumber(expression: Expression, entity: Entity | undefined): Expression | undefined {
  const own = ownField(expression);
  if (own !== undefined && fieldNamed(own, entity)?.type === "money") return derived("amount", own);
  if (expression.type === "select" && expression.field === "amount") {
    const of = ownField(expression.operand);
    return of !== undefined && fieldNamed(of, entity)?.type === "money" ? derived("amount", of) : undefined;
  }
  if (expression.type !== "call" || expression.name !== "size") return undefined;
  const of = ownField(expression.target ?? expression.args[0] ?? expression);
  return of === undefined || fieldNamed(of, entity) === undefined ? undefined : derived("size", of);
}

function derived(name: "size" | "amount", of: string): Expression {
  const operand: Expression = { type: "name", name: "this", offset: 0 };
  return { type: "select", operand, field: `${name}(${of})`, offset: 0 };
}
