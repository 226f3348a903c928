import type { Bundle, Entity, Transition } from "@lintel/specs";

/**
 * The bundle's entities with the transitions of the bundle that still serves beside it, also under the states' new names: its
 * executors go on making them until the next migration.
 */
export function keepTransitions(bundle: Bundle, serving: Bundle): Bundle {
  const before = new Map(serving.entities.map((entity) => [entity.name, entity]));
  return { ...bundle, entities: bundle.entities.map((entity) => withTransitions(entity, before.get(entity.name))) };
}

function withTransitions(entity: Entity, before: Entity | undefined): Entity {
  if (entity.status === undefined || before?.status === undefined) return entity;
  const { transitions, renamedStates = {} } = entity.status;
  const kept = before.status.transitions.flatMap((transition) => bothNames(transition, renamedStates));
  const translated = Object.entries(renamedStates)
    .filter(([from]) => before.status?.states.includes(from) === true)
    .map(([from, to]) => ({ name: "renamed", from: [from], to }));
  const more = [...kept, ...translated].filter(
    ({ from, to }) => !transitions.some((one) => one.to === to && from.every((state) => one.from.includes(state))),
  );
  return { ...entity, status: { ...entity.status, transitions: [...transitions, ...more] } };
}

function bothNames(transition: Transition, names: Readonly<Record<string, string>>): readonly Transition[] {
  const from = [...new Set(transition.from.flatMap((state) => [state, names[state] ?? state]))];
  const tos = [...new Set([transition.to, names[transition.to] ?? transition.to])];
  return tos.map((to) => ({ ...transition, from, to }));
}
