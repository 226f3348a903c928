import type { Entity, Where } from "@lintel/specs";
import type { FlowPart, RiskContext } from "../../risk-context.ts";

/** Existing rows that a node reads or changes. */
export interface Reached {
  readonly entity: Entity;
  /** The relationship that they are included through. */
  readonly include?: string;
  readonly where?: Where;
}

/** The rows that a node reaches: its own entity's, unless it only makes new ones, and those that it includes. */
export function reachedRows({ node }: FlowPart, { entities }: RiskContext): readonly Reached[] {
  if (!("entity" in node)) return [];
  const entity = entities.get(node.entity);
  if (entity === undefined || ("action" in node && node.action === "create")) return [];
  const own: Reached = { entity, ...(node.where === undefined ? {} : { where: node.where }) };
  const included = "include" in node ? node.include : [];
  return [
    own,
    ...included.flatMap((include) => {
      const related = entity.relationships.find(({ name }) => name === include);
      const other = entities.get(related?.entity ?? "");
      return other === undefined ? [] : [{ entity: other, include }];
    }),
  ];
}
