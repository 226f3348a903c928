import { type Entity, type Expression, ExpressionError, type JsonObject, type Where } from "@lintel/specs";
import { conditionTree } from "./condition-tree.ts";
import { conjunctsOf, ownField, readsRow, textOf } from "./expression-parts.ts";
import { isAlwaysTrue } from "./is-always-true.ts";

/**
 * How many rows a where can match: a known number at most, part of the table, the whole table, (without a look at the row) all
 * or none, or, where it says too much at once, nobody knows.
 */
export type RowBound =
  | { readonly type: "atMost"; readonly rows: number }
  | { readonly type: "some" | "all" | "allOrNone" | "unproven" };

/** Whether nothing but a limit bounds the rows. */
export function isUnbounded({ type }: RowBound): boolean {
  return type === "all" || type === "allOrNone" || type === "unproven";
}

/** `input` is the tool's input schema: a list that it bounds bounds the rows that are named by it. */
export function rowBound(where: Where | undefined, entity: Entity | undefined, input: JsonObject): RowBound {
  const condition = parsed(where);
  if (condition === undefined) return { type: "some" };
  const verdict = isAlwaysTrue(condition, entity);
  if (verdict !== "notAlways") return { type: verdict === "always" ? "all" : "unproven" };
  // What holds for every row chooses none, however often it names one.
  const conjuncts = conjunctsOf(condition).filter((conjunct) => isAlwaysTrue(conjunct, entity) !== "always");
  if (!conjuncts.some(readsRow)) {
    return conjuncts.every(({ type }) => type === "literal") ? atMost(0) : { type: "allOrNone" };
  }
  if (entity === undefined) return { type: "some" };
  if (namesOneRow(conjuncts, entity)) return atMost(1);
  const lists = conjuncts.flatMap((conjunct) => listLength(conjunct, entity, input) ?? []);
  return lists.length === 0 ? { type: "some" } : atMost(Math.min(...lists));
}

function atMost(rows: number): RowBound {
  return { type: "atMost", rows };
}

function parsed(where: Where | undefined): Expression | undefined {
  try {
    return conditionTree(where);
  } catch (error) {
    if (error instanceof ExpressionError) return undefined; // it cannot be compiled, so it never runs
    throw error;
  }
}

function namesOneRow(conjuncts: readonly Expression[], entity: Entity): boolean {
  const fixed = new Set(conjuncts.flatMap((conjunct) => fixedField(conjunct) ?? []));
  // A null is equal to nothing in a unique key, so a key with a nullable field can name many rows.
  const keys = entity.unique.filter((key) =>
    key.every(
      (name) => name === entity.status?.field || entity.fields.some((field) => field.name === name && !field.nullable),
    ),
  );
  return [[entity.key], ...keys].some((key) => key.length > 0 && key.every((field) => fixed.has(field)));
}

/** The field that the conjunct sets equal to something that does not depend on the row. */
function fixedField(conjunct: Expression): string | undefined {
  if (conjunct.type !== "binary" || conjunct.operator !== "==") return undefined;
  const { left, right } = conjunct;
  return (readsRow(right) ? undefined : ownField(left)) ?? (readsRow(left) ? undefined : ownField(right));
}

/** The length of the list that names rows by key, where it is written out or bounded by the input's schema. */
function listLength(conjunct: Expression, entity: Entity, input: JsonObject): number | undefined {
  if (conjunct.type !== "binary" || conjunct.operator !== "in" || ownField(conjunct.left) !== entity.key)
    return undefined;
  const list = conjunct.right;
  if (list.type === "list") return list.elements.length;
  const properties = input["properties"] as JsonObject | undefined;
  for (const [name, schema] of Object.entries(properties ?? {})) {
    const isInput =
      textOf(list) ===
      textOf({ type: "select", operand: { type: "name", name: "input", offset: 0 }, field: name, offset: 0 });
    const maximum = (schema as JsonObject)["maxItems"];
    if (isInput && typeof maximum === "number") return maximum;
  }
  return undefined;
}
