import type { Bundle, Entity } from "@lintel/specs";

/**
 * The bundle's entities with the transitions of the bundle that still serves beside it: its executors go on making them until
 * the next migration.
 */
export function keepTransitions(bundle: Bundle, serving: Bundle | undefined): Bundle {
  if (serving === undefined) return bundle;
  const before = new Map(serving.entities.map((entity) => [entity.name, entity]));
  return { ...bundle, entities: bundle.entities.map((entity) => withTransitions(entity, before.get(entity.name))) };
}

function withTransitions(entity: Entity, before: Entity | undefined): Entity {
  if (entity.status === undefined || before?.status === undefined) return entity;
  const { transitions } = entity.status;
  const kept = before.status.transitions.filter(
    ({ from, to }) => !transitions.some((one) => one.to === to && from.every((state) => one.from.includes(state))),
  );
  return { ...entity, status: { ...entity.status, transitions: [...transitions, ...kept] } };
}
