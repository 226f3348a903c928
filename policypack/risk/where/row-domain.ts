import type { Entity, Expression, Field, FieldType, JsonValue } from "@lintel/specs";
import { constantOf } from "./constant-of.ts";
import { everyPart, ownField } from "./expression-parts.ts";
import { fieldNamed } from "./row-fields.ts";

/** Values of a field that stand for all its values, as far as the comparisons of one expression can tell them apart. */
export type RowDomain = (field: string) => readonly JsonValue[] | undefined;

/** Undefined for what has no such values: unknown fields, json, and what PostgreSQL fills in. */
export function rowDomain(entity: Entity | undefined, expression: Expression): RowDomain {
  const literals = literalsByField(expression);
  return (name) => {
    if (name === "deletedAt") return [null]; // writes and reads see live rows only
    if (name === entity?.status?.field) return entity.status.states;
    const field = fieldNamed(name, entity);
    if (field === undefined) return undefined;
    const values = valuesOf(
      field,
      (literals.get(name) ?? []).filter((value) => value !== null),
    );
    return values !== undefined && field.nullable ? [...values, null] : values;
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
  return expression.type === "literal" ? [expression.value] : [constantOf(expression) ?? []].flat();
}

function valuesOf(field: Field, literals: readonly JsonValue[]): readonly JsonValue[] | undefined {
  if (field.type === "boolean") return [true, false];
  if (field.values !== undefined) return field.values;
  if (numeric.has(field.type))
    return literals.every((each) => typeof each === "number") ? numbers(field, literals) : undefined;
  const texts = literals.filter((value) => typeof value === "string");
  if (!ordered.has(field.type) || texts.length < literals.length) return undefined;
  const [first, last] = extremes[field.type] ?? ["", undefined];
  const next = texts.filter((text) => last === undefined || text < last).map((text) => `${text}\u0000`);
  return [...new Set([first, ...texts, ...next])]; // each, and what comes right after it
}

/** The first and the last text of a type that has them. */
const extremes: Readonly<Partial<Record<FieldType, readonly [string, string]>>> = {
  date: ["0001-01-01", "9999-12-31"],
  uuid: ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"],
};

const numeric: ReadonlySet<FieldType> = new Set(["integer", "number", "decimal"]);

/** Types whose values order as their texts do; durations and instants do not, and money is compared as a whole. */
const ordered: ReadonlySet<FieldType> = new Set(["uuid", "string", "date"]);

/** Each literal, something on either side of it and between it and the next, and the field's own bounds. */
function numbers({ type, minimum, maximum }: Field, given: readonly number[]): readonly number[] {
  const marks = [...given, minimum ?? maximum ?? 0, maximum ?? minimum ?? 0].sort((a, b) => a - b);
  const around = marks.flatMap((mark, index) => [
    ...[mark - 1, Math.floor(mark), mark, Math.ceil(mark), mark + 1],
    (mark + (marks[index + 1] ?? mark)) / 2,
  ]);
  const fits = (value: number): boolean =>
    value >= (minimum ?? -Infinity) &&
    value <= (maximum ?? Infinity) &&
    (type !== "integer" || Number.isInteger(value));
  return [...new Set(around)].filter(fits);
}
