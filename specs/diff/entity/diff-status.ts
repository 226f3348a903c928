import type { StatusMachine, Transition } from "../../language/entity.ts";
import { ownValue, pairByName, removedAndAdded } from "../by-name.ts";
import { type Difference, values } from "../change.ts";

type Machine = StatusMachine | undefined;

export function diffStatus(before: Machine, after: Machine, path: string): readonly Difference[] {
  if (before === undefined && after === undefined) return [];
  if (before === undefined) return [{ rule: "status-machine-added", path, message: "rows have a status now" }];
  if (after === undefined) return [{ rule: "status-machine-removed", path, message: "rows have no status any more" }];
  const old = inNewStates(before, after);
  const { gone, come, kept } = pairByName(old.transitions, after.transitions);
  const transitions = `${path}/transitions`;
  return [
    ...diffStates(before, after, path),
    ...diffEnds(old, after, path),
    ...gone.map((transition): Difference => {
      return { rule: "status-transition-removed", path: transitions, message: `${described(transition)} is gone` };
    }),
    ...come.map((transition): Difference => {
      const message = `${described(transition)} is new`;
      return { rule: "status-transition-added", path: `${transitions}/${transition.name}`, message };
    }),
    ...kept.flatMap(([one, next]) => diffTransition(one, next, `${transitions}/${next.name}`)),
  ];
}

/** The old machine in the states that its rows are moved to: what a mapping says is no change of each transition. */
function inNewStates(before: StatusMachine, { renamedStates }: StatusMachine): StatusMachine {
  const named = (state: string): string => ownValue(renamedStates, state) ?? state;
  const all = (states: readonly string[]): readonly string[] => [...new Set(states.map(named))];
  return {
    ...before,
    initial: named(before.initial),
    final: all(before.final),
    transitions: before.transitions.map(({ name, from, to }) => ({ name, from: all(from), to: named(to) })),
  };
}

function described({ name, from, to }: Transition): string {
  return `transition ${name} (${from.join(", ")} to ${to})`;
}

function diffStates(before: StatusMachine, after: StatusMachine, path: string): readonly Difference[] {
  const { removed, added } = removedAndAdded(before.states, after.states);
  const isNew = (state: string): boolean => !removed.some((old) => ownValue(after.renamedStates, old) === state);
  return [
    ...removed.map((state): Difference => {
      const to = ownValue(after.renamedStates, state);
      if (to !== undefined) {
        return { rule: "status-state-mapped", path, message: `rows in ${state} get ${to}`, before: state, after: to };
      }
      return { rule: "status-state-removed", path, message: `state ${state} is gone`, before: state };
    }),
    ...added.filter(isNew).map((state): Difference => {
      return { rule: "status-state-added", path, message: `state ${state} is new`, after: state };
    }),
  ];
}

function diffEnds(before: StatusMachine, after: StatusMachine, path: string): readonly Difference[] {
  const [oldFinal, nextFinal] = [before, after].map(({ final }) => final.toSorted().join(", "));
  const field: Difference = {
    rule: "status-machine-moved",
    path: `${path}/field`,
    message: `the status stands in ${after.field}, not in ${before.field}`,
    ...values(before.field, after.field),
  };
  const initial: Difference = {
    rule: "status-initial-changed",
    path: `${path}/initial`,
    message: `rows begin in ${after.initial}, not in ${before.initial}`,
    ...values(before.initial, after.initial),
  };
  const final: Difference = {
    rule: "status-final-changed",
    path: `${path}/final`,
    message: `final were ${oldFinal ?? ""}, are ${nextFinal ?? ""} now`,
    ...values(before.final, after.final),
  };
  return [
    ...(before.field === after.field ? [] : [field]),
    ...(before.initial === after.initial ? [] : [initial]),
    ...(oldFinal === nextFinal ? [] : [final]),
  ];
}

function diffTransition(before: Transition, after: Transition, path: string): readonly Difference[] {
  const { removed, added } = removedAndAdded(before.from, after.from);
  const { name } = after;
  const target: Difference = {
    rule: "status-transition-target-changed",
    path: `${path}/to`,
    message: `transition ${name} leads to ${after.to}, not to ${before.to}`,
    ...values(before.to, after.to),
  };
  return [
    ...(before.to === after.to ? [] : [target]),
    ...removed.map((state): Difference => {
      const message = `transition ${name} does not start from ${state} any more`;
      return { rule: "status-transition-narrowed", path: `${path}/from`, message, before: state };
    }),
    ...added.map((state): Difference => {
      const message = `transition ${name} starts from ${state} too`;
      return { rule: "status-transition-widened", path: `${path}/from`, message, after: state };
    }),
  ];
}
