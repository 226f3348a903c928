import type { Entity, JsonObject, JsonValue } from "@lintel/specs";
import type { Snapshot } from "../../local/rows.ts";

/** belongsTo relationships that an invariant may follow, one after the other. */
const hops = 3;

/** The row with the rows that it belongs to inside it, as invariants read it. */
export function nestRow(
  entity: Entity,
  values: JsonObject,
  rows: Snapshot,
  entities: readonly Entity[],
  depth = hops,
): JsonObject {
  const related = entity.relationships.flatMap(({ name, type, entity: other, field }) => {
    if (type !== "belongsTo" || depth === 0) return [];
    const parent = entities.find((candidate) => candidate.name === other);
    const found = rows[other]?.find((row) => row.values["id"] === values[field]);
    const nested: JsonValue =
      parent === undefined || found === undefined ? null : nestRow(parent, found.values, rows, entities, depth - 1);
    return [[name, nested] as const];
  });
  return { ...Object.fromEntries(related), ...values };
}

/** The value that a path through belongsTo relationships leads to. */
export function valueAt(row: JsonObject, path: readonly string[]): JsonValue {
  let at: JsonValue = row;
  for (const step of path) {
    at = typeof at === "object" && at !== null && !Array.isArray(at) ? ((at as JsonObject)[step] ?? null) : null;
  }
  return at;
}
