// Decision: what each personal field becomes is settled before anything is deployed (docs/decisions/0019), so that no erasure
// fails on a column that must hold something.
import type { Expression } from "../expressions/expression.ts";
import { childrenOf } from "../expressions/expression-children.ts";
import { ExpressionError } from "../expressions/expression-error.ts";
import { parseExpression } from "../expressions/parse-expression.ts";
import type { JsonValue } from "../json.ts";
import type { Entity, Field } from "../language/entity.ts";

/** What an erasure leaves of a personal field. */
export type ErasedValue =
  | { readonly type: "null" }
  | { readonly type: "value"; readonly value: JsonValue }
  /** The row's own key as text, because no two rows may hold the same. */
  | { readonly type: "key" }
  /** Computed anew from what the erasure leaves of others. */
  | { readonly type: "computed" }
  | { readonly type: "impossible"; readonly reason: string };

/** What stands in a required text once it is erased, as far as its length allows. */
const mark = "erased";
/** Characters of a uuid. */
const keyLength = 36;

/** What an erasure makes of a field: null where it may be, else its default, else a mark if it is text. */
export function erasedValue(entity: Entity, field: Field): ErasedValue {
  if (field.computed !== undefined) return computedValue(entity, field);
  if (field.name === entity.key) return impossible("it is the key");
  if (field.name === entity.tenant?.field) return impossible("it says whose tenant the row is");
  if (field.nullable) return { type: "null" };
  const isDistinct = mayNotRepeat(entity, field.name);
  if (field.default !== undefined && !isDistinct) return { type: "value", value: field.default };
  if (field.type !== "string") return impossible("it is required, and nothing of its type says that it is erased");
  if (field.pattern !== undefined) return impossible("it is required and has a pattern");
  return isDistinct ? keyValue(field) : { type: "value", value: markOf(field) };
}

/** Names of an entity's fields that hold what a person is known by: personal ones, and what is computed from them. */
export function personalFields(entity: Entity): ReadonlySet<string> {
  const names = new Set(entity.fields.flatMap(({ name, personal }) => (personal ? [name] : [])));
  for (let before = -1; before !== names.size; ) {
    before = names.size;
    for (const field of entity.fields) if (fieldsRead(field).some((name) => names.has(name))) names.add(field.name);
  }
  return names;
}

function computedValue(entity: Entity, field: Field): ErasedValue {
  const others = { ...entity, fields: entity.fields.filter((other) => other !== field) };
  const personal = personalFields(others);
  if (fieldsRead(field).some((name) => personal.has(name))) return { type: "computed" };
  return impossible("it is computed from fields that are not personal");
}

/** Rows that are equal in what is unique, or in what excludes one another, would collide once they are erased. */
function mayNotRepeat({ unique, exclude }: Entity, name: string): boolean {
  return (
    unique.some((names) => names.includes(name)) ||
    exclude.some(({ parts }) => parts.some(({ fields }) => fields.includes(name)))
  );
}

function keyValue({ minLength = 0, maxLength = keyLength }: Field): ErasedValue {
  if (minLength <= keyLength && maxLength >= keyLength) return { type: "key" };
  return impossible(`it is required and unique, and a key of ${String(keyLength)} characters does not fit`);
}

function markOf({ minLength = 0, maxLength = Number.MAX_SAFE_INTEGER }: Field): string {
  return mark.padEnd(minLength, "-").slice(0, maxLength);
}

function impossible(reason: string): ErasedValue {
  return { type: "impossible", reason };
}

function fieldsRead({ computed }: Field): readonly string[] {
  if (computed === undefined) return [];
  try {
    return namesIn(parseExpression(computed));
  } catch (error) {
    if (error instanceof ExpressionError) return []; // refused where expressions are checked
    throw error;
  }
}

/** Definitions of an entity may name its fields bare, or by `this`. */
function namesIn(expression: Expression): readonly string[] {
  if (expression.type === "name") return [expression.name];
  const isOwn =
    (expression.type === "select" || expression.type === "has") &&
    expression.operand.type === "name" &&
    expression.operand.name === "this";
  return isOwn ? [expression.field] : childrenOf(expression).flatMap(namesIn);
}
