import type { Entity } from "../../language/entity.ts";
import { typeOfEntity } from "../types/entity-type.ts";
import { withNull } from "../types/value-type.ts";
import type { Scope } from "./scope.ts";

/** belongsTo relationships that a path in SQL may follow, one after the other. */
const hops = 3;

/** `this`, the row, and `old`, the row before an update (null on create); belongsTo rows can be followed from both. */
export function entityScope(entity: Entity, entities: readonly Entity[]): Scope {
  const row = typeOfEntity(entity, entities, { hops });
  return { names: { this: row, old: withNull(row) } };
}

/** `this` alone, without relationships: for what a column or constraint definition can read. Fields may be named bare. */
export function rowScope(entity: Entity, entities: readonly Entity[]): Scope {
  return { names: { this: typeOfEntity(entity, entities) }, bareRoot: "this" };
}

/** A `where` expression: the row as `this`, beside the names of the flow around it. */
export function whereScope(flow: Scope, entity: Entity, entities: readonly Entity[]): Scope {
  return { ...flow, names: { ...flow.names, this: typeOfEntity(entity, entities, { hops }) } };
}
