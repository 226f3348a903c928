import type { Entity, Tool } from "@lintel/specs";

/** From where an entity's rows are looked at. */
export interface Viewpoint {
  readonly authorize: Tool["authorize"];
  /** Uniqueness holds among live rows only. */
  readonly seesDeleted: boolean;
}

/**
 * The entity with just those unique keys of which one value names one row, as seen from there. A caller's tenant is part of
 * every key and of every statement; webhooks and schedules act for no tenant, so one value can name a row of each.
 */
export function withKeysSeenFrom(entity: Entity, { authorize, seesDeleted }: Viewpoint): Entity {
  if (seesDeleted) return { ...entity, unique: [] };
  const { tenant, unique } = entity;
  if (tenant === undefined) return entity;
  const isBound = authorize.type === "roles" || authorize.type === "public";
  const others = unique.map((key) => key.filter((field) => field !== tenant.field));
  return { ...entity, unique: isBound ? others : others.map((key) => [...key, tenant.field]) };
}
