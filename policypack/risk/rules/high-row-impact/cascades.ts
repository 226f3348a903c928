import type { WriteNode } from "@lintel/specs";
import type { RiskContext } from "../../risk-context.ts";

/** The entities whose rows a soft deletion takes along, as many as refer to the row, whatever its limit; through others too. */
export function cascadesOf({ action, entity }: WriteNode, { entities }: RiskContext): readonly string[] {
  if (action !== "softDelete") return [];
  const gone = new Set([entity]);
  for (const parent of gone) {
    for (const child of entities.values()) {
      const refers = child.relationships.some(
        ({ type, entity: other, onDelete }) => type === "belongsTo" && other === parent && onDelete === "cascade",
      );
      if (refers) gone.add(child.name);
    }
  }
  return [...gone].slice(1).sort();
}
