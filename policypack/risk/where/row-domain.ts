import type { Entity, Expression, Field, JsonValue } from "@lintel/specs";
import { everyPart, ownField } from "./expression-parts.ts";

/** Values of a field that stand for all its values, as far as the comparisons of one expression can tell them apart. */
export type RowDomain = (field: string) => readonly JsonValue[] | undefined;

/** Undefined for what has no such values: unknown fields, json, and what PostgreSQL fills in. */
export function rowDomain(entity: Entity | undefined, expression: Expression): RowDomain {
  const literals = literalsByField(expression);
  return (name) => {
    if (name === "deletedAt") return [null]; // writes and reads see live rows only
    if (name === entity?.status?.field) return entity.status.states;
    const field = entity?.fields.find((candidate) => candidate.name === name);
    if (field === undefined || field.type === "json" || field.type === "money") return undefined;
    const values = valuesOf(field, literals.get(name) ?? []);
    return field.nullable ? [...values, null] : values;
  };
}

function literalsByField(expression: Expression): ReadonlyMap<string, readonly JsonValue[]> {
  const found = new Map<string, readonly JsonValue[]>();
  for (const part of everyPart(expression)) {
    if (part.type !== "binary") continue;
    for (const [side, other] of [
      [part.left, part.right],
      [part.right, part.left],
    ] as const) {
      const field = ownField(side);
      if (field !== undefined) found.set(field, [...(found.get(field) ?? []), ...constants(other)]);
    }
  }
  return found;
}

function constants(expression: Expression): readonly JsonValue[] {
  if (expression.type === "list") return expression.elements.flatMap(constants);
  if (expression.type === "unary" && expression.operator === "-") {
    return constants(expression.operand).map((value) => (typeof value === "number" ? -value : value));
  }
  return expression.type === "literal" ? [expression.value] : [];
}

function valuesOf(field: Field, literals: readonly JsonValue[]): readonly JsonValue[] {
  if (field.type === "boolean") return [true, false];
  if (field.values !== undefined) return field.values;
  if (field.type === "integer" || field.type === "number") return numbers(field, literals);
  const texts = literals.filter((value) => typeof value === "string");
  return [...new Set(["", ...texts.flatMap((text) => [text, `${text}\uffff`])])];
}

/** Each literal, something on either side of it and between it and the next, and the field's own bounds. */
function numbers({ type, minimum, maximum }: Field, literals: readonly JsonValue[]): readonly number[] {
  const given = literals.filter((value) => typeof value === "number");
  const marks = [...given, minimum ?? maximum ?? 0, maximum ?? minimum ?? 0].sort((a, b) => a - b);
  const around = marks.flatMap((mark, index) => [mark - 1, mark, mark + 1, (mark + (marks[index + 1] ?? mark)) / 2]);
  const fits = (value: number): boolean =>
    value >= (minimum ?? -Infinity) && value <= (maximum ?? Infinity) && (type === "number" || Number.isInteger(value));
  return [...new Set(around)].filter(fits);
}
