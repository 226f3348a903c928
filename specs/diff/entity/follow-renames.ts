import type { Entity, Field } from "../../language/entity.ts";
import type { Difference } from "../change.ts";

/** The old entities in the words of the new ones, and what of them has another name now. */
export interface Followed {
  readonly entities: readonly Entity[];
  readonly renames: readonly Difference[];
}

/** Follows `renamedFrom` of entities and fields, so that what moved is not taken for gone and new. */
export function followRenames(before: readonly Entity[], after: readonly Entity[]): Followed {
  const names = namesOf(before, after);
  const moved = before.map((entity) => inNewWords(entity, names));
  const renames = after.flatMap((next): readonly Difference[] => {
    const old = moved.find(({ name }) => name === next.name);
    if (old === undefined) return [];
    const was = [...names].find(([, name]) => name === next.name)?.[0];
    const fields = [...namesOf(old.fields, next.fields)].map(([from, to]): Difference => {
      const path = `entity/${next.name}/fields/${to}`;
      return { rule: "field-renamed", path, message: `field ${from} is ${to} now`, before: from, after: to };
    });
    const message = `${was ?? ""} is ${next.name} now`;
    const own: Difference = {
      rule: "entity-renamed",
      path: `entity/${next.name}`,
      message,
      before: was ?? "",
      after: next.name,
    };
    return [...(was === undefined ? [] : [own]), ...fields];
  });
  const fields: FieldNames = new Map(
    moved.flatMap((entity) => {
      const next = after.find(({ name }) => name === entity.name);
      return next === undefined ? [] : [[entity.name, namesOf(entity.fields, next.fields)] as const];
    }),
  );
  return { entities: moved.map((entity) => withFields(entity, moved, fields)), renames };
}

type Names = ReadonlyMap<string, string>;
/** New names of fields by the entity that they stand in. */
type FieldNames = ReadonlyMap<string, Names>;

interface Renamed {
  readonly name: string;
  readonly renamedFrom?: string;
}

/** New names by old ones: only of what is there before under the old name and not under the new one. */
function namesOf(before: readonly Renamed[], after: readonly Renamed[]): Names {
  const has = (wanted: string): boolean => before.some(({ name }) => name === wanted);
  return new Map(
    after.flatMap(({ name, renamedFrom }) =>
      renamedFrom !== undefined && has(renamedFrom) && !has(name) ? [[renamedFrom, name] as const] : [],
    ),
  );
}

function inNewWords(entity: Entity, names: Names): Entity {
  const named = (name: string): string => names.get(name) ?? name;
  return {
    ...entity,
    name: named(entity.name),
    fields: entity.fields.map(
      (field): Field => (field.ref === undefined ? field : { ...field, ref: named(field.ref) }),
    ),
    relationships: entity.relationships.map(({ through, ...relationship }) => ({
      ...relationship,
      entity: named(relationship.entity),
      ...(through === undefined ? {} : { through: named(through) }),
    })),
  };
}

/** Expressions keep the old names: what they say is compared as text, and told of where it differs. */
function withFields(entity: Entity, entities: readonly Entity[], fields: FieldNames): Entity {
  const inEntity = (owner: string, name: string): string => fields.get(owner)?.get(name) ?? name;
  const named = (name: string): string => inEntity(entity.name, name);
  const { ownership, tenant } = entity;
  return {
    ...entity,
    fields: entity.fields.map((field) => ({ ...field, name: named(field.name) })),
    relationships: entity.relationships.map((relationship) => {
      const holder = relationship.type === "belongsTo" ? entity.name : relationship.entity;
      return { ...relationship, field: inEntity(holder, relationship.field) };
    }),
    unique: entity.unique.map((fields) => fields.map(named)),
    exclude: entity.exclude.map((exclusion) => ({
      ...exclusion,
      parts: exclusion.parts.map((part) => ({ ...part, fields: part.fields.map(named) })),
    })),
    ...(tenant === undefined ? {} : { tenant: { ...tenant, field: named(tenant.field) } }),
    ...(ownership === undefined
      ? {}
      : { ownership: { ...ownership, via: followedPath(ownership.via, entity, entities, inEntity) } }),
  };
}

/** Steps but the last are relationships, which keep their names; the last is a field of where they lead. */
function followedPath(
  via: readonly string[],
  entity: Entity,
  entities: readonly Entity[],
  named: (entity: string, field: string) => string,
): readonly string[] {
  const steps = via.slice(0, -1);
  const owner = steps.reduce<Entity | undefined>((from, step) => {
    const to = from?.relationships.find(({ name }) => name === step)?.entity;
    return entities.find(({ name }) => name === to);
  }, entity);
  return owner === undefined ? via : [...steps, ...via.slice(-1).map((field) => named(owner.name, field))];
}
