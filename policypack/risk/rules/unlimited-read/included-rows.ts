import type { Entity, ReadNode } from "@lintel/specs";

/** Rows that the includes of one read may bring along in all before it counts as a read without a limit. */
export const mostIncludedRows = 1000;

interface ManyInclude {
  readonly name: string;
  /** Rows beside each row at most: what a list of them may show. */
  readonly maximum: number;
}

/** The relationships to many rows that the read loads beside each of its rows. */
export function manyIncludes(node: ReadNode, entities: ReadonlyMap<string, Entity>): readonly ManyInclude[] {
  const relationships = entities.get(node.entity)?.relationships ?? [];
  return node.include.flatMap((name) => {
    const found = relationships.find((relationship) => relationship.name === name);
    if (found === undefined || (found.type !== "hasMany" && found.type !== "through")) return [];
    return [{ name, maximum: entities.get(found.entity)?.list.maximum ?? Infinity }];
  });
}
