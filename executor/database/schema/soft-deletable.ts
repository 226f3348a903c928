import { allNodes, type Bundle, type Entity } from "@lintel/specs";
import { referencesOf } from "./describe-constraints.ts";

/** Names of entities whose rows some tool soft-deletes, those that a deletion cascades to included. */
export function softDeletable(bundle: Bundle): ReadonlySet<string> {
  const names = new Set(
    bundle.tools.flatMap(({ flow }) =>
      allNodes(flow).flatMap((node) => (node.type === "write" && node.action === "softDelete" ? [node.entity] : [])),
    ),
  );
  for (let before = -1; before !== names.size; ) {
    before = names.size;
    for (const entity of bundle.entities) if (cascadesFrom(entity, names)) names.add(entity.name);
  }
  return names;
}

function cascadesFrom(entity: Entity, parents: ReadonlySet<string>): boolean {
  return referencesOf(entity).some(({ entity: parent, onDelete }) => onDelete === "cascade" && parents.has(parent));
}
