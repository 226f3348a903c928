import type { Bundle, Entity, JsonValue, StatusMachine } from "@lintel/specs";
import type { Observation } from "../lane.ts";
import type { BrokenLaw } from "./laws.ts";

/** Every status is one that transitions lead to, from the row's own before or from the initial one. */
export function brokenStatus({ entities }: Bundle, { before, after }: Observation): readonly BrokenLaw[] {
  return entities.flatMap((entity) =>
    entity.status === undefined ? [] : brokenIn(entity, entity.status, before, after),
  );
}

function brokenIn(
  { name }: Entity,
  machine: StatusMachine,
  before: Observation["before"],
  after: Observation["after"],
): readonly BrokenLaw[] {
  const earlier = new Map((before[name] ?? []).map(({ values }) => [values["id"], values[machine.field]]));
  return (after[name] ?? []).flatMap(({ values }): readonly BrokenLaw[] => {
    const from = earlier.get(values["id"] ?? null) ?? machine.initial;
    const to = values[machine.field] ?? null;
    if (from === to || isReachable(machine, from, to)) return [];
    const message = `${name} ${JSON.stringify(values["id"])} went from ${JSON.stringify(from)} to ${JSON.stringify(to)}, which no transition does`;
    return [{ law: "status", subject: `${name}/${JSON.stringify(from)}/${JSON.stringify(to)}`, message }];
  });
}

/** A call may take several transitions. */
function isReachable({ transitions }: StatusMachine, from: JsonValue, to: JsonValue): boolean {
  const reached = new Set<JsonValue>([from]);
  for (const state of reached) {
    for (const transition of transitions) {
      if (typeof state === "string" && transition.from.includes(state)) reached.add(transition.to);
    }
  }
  return reached.has(to);
}
