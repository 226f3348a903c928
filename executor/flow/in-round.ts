import type { JsonValue } from "@lintel/specs";
import type { FlowRun } from "./flow-run.ts";

/** One round of a node that runs its branch several times. */
export interface Round {
  readonly node: string;
  /** From 0. */
  readonly round: number;
  /** Ids of the nodes inside, at any depth. */
  readonly inside: readonly string[];
  /** The value that a forEach is at; absent in other loops, where the one around stays. */
  readonly item?: JsonValue;
}

/** Where the nodes of a round stand. */
export function roundPath({ path }: FlowRun, node: string, round: number): string {
  return `${path}${node}[${String(round)}]/`;
}

/**
 * Runs a round under a path of its own, so that its external calls have keys of their own. Nothing of the round before shows in
 * it: a node that this round passes by has no result.
 */
export async function inRound(
  run: FlowRun,
  { node, round, inside, item }: Round,
  body: () => Promise<void>,
): Promise<void> {
  const around = { path: run.path, item: run.item };
  for (const id of inside) {
    run.results[id] = null;
    run.failed.delete(id);
  }
  run.path = roundPath(run, node, round);
  if (item !== undefined) run.item = item;
  run.budget.checkTime();
  try {
    await body();
  } finally {
    run.path = around.path;
    run.item = around.item;
  }
}
