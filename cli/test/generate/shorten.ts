// Decision: sequences are shortened here and not by fast-check, which would have to draw ids again for each attempt: calls name
// the answers that their ids came from, so that taking one away leaves the others what they were.
import type { JsonObject, JsonValue } from "@lintel/specs";
import type { BrokenLaw } from "../laws/laws.ts";
import type { DrawnCall } from "./draw-calls.ts";
import { type ConcreteCall, runSequence, type SequenceBed, type SequenceRun } from "./run-sequence.ts";
import { propertiesOf, requiredOf, simplestValue } from "./simplest-value.ts";

/** The shortest and plainest sequence that breaks the same law, until the time is over (milliseconds since 1970). */
export async function shorten(
  bed: SequenceBed,
  found: SequenceRun,
  broken: BrokenLaw,
  until: number,
): Promise<SequenceRun> {
  let best = found;
  const attempt = async (calls: readonly DrawnCall[]): Promise<boolean> => {
    if (Date.now() > until) return false;
    const run = await runSequence(bed, calls, broken);
    if (run.broken === undefined) return false;
    best = run;
    return true;
  };
  for (let size = -1; size !== best.calls.length; ) {
    size = best.calls.length;
    // The latest calls first: nothing that stays can need them.
    for (let index = size - 2; index >= 0; index -= 1) await attempt(best.calls.toSpliced(index, 1));
  }
  for (const [index, first] of best.calls.entries()) {
    for (const plainer of plainerCalls(first)) {
      await attempt(best.calls.with(index, plainer(best.calls[index] ?? first)));
    }
  }
  return best;
}

/** A change that makes a call plainer, whatever other changes have done to it. */
type Plainer = (call: ConcreteCall) => ConcreteCall;

function plainerCalls({ tool, input, wait }: ConcreteCall): readonly Plainer[] {
  const required = requiredOf(tool.input);
  const properties = propertiesOf(tool.input);
  const without = Object.keys(input)
    .filter((name) => !required.includes(name))
    .map((name) => change((before) => withoutKey(before, name)));
  const simpler = Object.keys(input)
    .filter((name) => !isReference(input[name]))
    .map((name) =>
      change((before) =>
        Object.hasOwn(before, name) ? { ...before, [name]: simplestValue(properties[name]) } : before,
      ),
    );
  return [...without, ...simpler, ...(wait === 0 ? [] : [(call: ConcreteCall) => ({ ...call, wait: 0 })])];
}

function change(edit: (input: JsonObject) => JsonObject): Plainer {
  return (before) => ({ ...before, input: edit(before.input) });
}

function withoutKey(input: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(input).filter(([key]) => key !== name));
}

function isReference(value: JsonValue | undefined): boolean {
  return typeof value === "object" && value !== null && "$from" in value;
}
