import type { StatusMachine, Transition } from "../language/entity.ts";
import { suggestion } from "../load/did-you-mean.ts";
import type { Report } from "../load/report.ts";
import { byName } from "./by-name.ts";
import { compact } from "./compact.ts";

export interface AuthoredStatus {
  readonly field?: string;
  readonly initial: string;
  readonly final?: readonly string[];
  readonly transitions: Readonly<Record<string, { readonly from: readonly string[]; readonly to: string }>>;
  readonly renamedStates?: Readonly<Record<string, string>>;
}

/** Normalises a status machine and proves that every state is reached and that only final ones are ends. */
export function compileStatus(authored: AuthoredStatus, report: Report): StatusMachine {
  const transitions = byName(Object.entries(authored.transitions).map(([name, { from, to }]) => ({ name, from, to })));
  const mentioned = new Set(transitions.flatMap(({ from, to }) => [...from, to]));
  const { initial, final = [] } = authored;
  if (!mentioned.has(initial) && transitions.length > 0) {
    report("unknown-state", ["status", "initial"], { name: initial }, { hint: suggestion(initial, mentioned) });
  }
  final.forEach((state, index) => {
    if (mentioned.has(state) || state === initial) return;
    report("unknown-state", ["status", "final", index], { name: state }, { hint: suggestion(state, mentioned) });
  });
  if (mentioned.has(initial)) checkReach(transitions, initial, final, report);
  const states = [...new Set([initial, ...final, ...mentioned])];
  const { field = "status", renamedStates } = authored;
  return compact<StatusMachine>({ field, initial, final, states, transitions, renamedStates });
}

function checkReach(
  transitions: readonly Transition[],
  initial: string,
  final: readonly string[],
  report: Report,
): void {
  const reached = new Set([initial]);
  for (const state of reached) {
    for (const { from, to } of transitions) if (from.includes(state)) reached.add(to);
  }
  const named = new Set<string>();
  for (const { name, from, to } of transitions) {
    const path = ["status", "transitions", name];
    from.forEach((state, index) => {
      if (final.includes(state)) report("final-state-left", [...path, "from", index], { name, state });
      else if (!reached.has(state) && !named.has(state)) {
        report("unreachable-state", [...path, "from", index], { initial, name: state });
        named.add(state);
      }
    });
    const isEnd = !final.includes(to) && !transitions.some((transition) => transition.from.includes(to));
    if (isEnd) report("dead-end-state", [...path, "to"], { name: to });
  }
}
