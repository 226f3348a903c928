import type { Bundle, Entity } from "@lintel/specs";

/** An entity under the names that two listed bundles have for it. */
export interface EntityRename {
  readonly from: Entity;
  readonly to: Entity;
}

/** Renames of the newer bundle whose old name only the older one has, and whose new name only the newer. */
export function entityRenames(newer: Bundle, older: Bundle): readonly EntityRename[] {
  const ours = new Set(newer.entities.map(({ name }) => name));
  const theirs = new Map(older.entities.map((entity) => [entity.name, entity]));
  return newer.entities.flatMap((to) => {
    const from = to.renamedFrom === undefined ? undefined : theirs.get(to.renamedFrom);
    return from === undefined || ours.has(from.name) || theirs.has(to.name) ? [] : [{ from, to }];
  });
}

/** Keys under which a bundle's definitions name an entity. */
const keys: ReadonlySet<string> = new Set(["entity", "ref", "through"]);

/** The bundle as if its entities had always had the new names; for describing schemas, its digests are not kept right. */
export function renameEntities(bundle: Bundle, renames: readonly EntityRename[]): Bundle {
  if (renames.length === 0) return bundle;
  const names = new Map(renames.map(({ from, to }) => [from.name, to]));
  const text = JSON.stringify({ entities: bundle.entities, tools: bundle.tools }, (key, value: unknown) =>
    keys.has(key) && typeof value === "string" ? (names.get(value)?.name ?? value) : value,
  );
  const renamed = JSON.parse(text) as Pick<Bundle, "entities" | "tools">;
  const entities = renamed.entities.map((entity) => {
    const to = names.get(entity.name);
    return to === undefined ? entity : { ...entity, name: to.name, table: to.table };
  });
  return { ...bundle, entities, tools: renamed.tools };
}
