import { setTimeout } from "node:timers/promises";
import { allNodes } from "@lintel/specs";
import { compensate } from "../external/compensate.ts";
import { pauseBefore } from "../external/with-retry.ts";
import type { FlowRun } from "../flow/flow-run.ts";
import { inRound } from "../flow/in-round.ts";
import { isFinal, runNodes } from "../flow/run-nodes.ts";
import { savepoint } from "../flow/savepoint.ts";
import { type Runner, runList } from "./runner.ts";

/**
 * Rounds until one does not fail. What a failed round did is undone first: in an open transaction back to its beginning, and
 * external effects by their compensations; where that leaves one whose outcome nobody knows, there is no other round.
 * Transactions that the round has committed stay.
 */
export const retry: Runner<"retry"> = {
  isServed: true,
  prepare: (node, { list }) => {
    const body = list(node.nodes);
    const inside = allNodes(node.nodes).map(({ id }) => id);
    return async (run) => {
      for (let round = 0; ; round += 1) {
        const effects = run.effects.length;
        const { undo, keep } = await beginRound(run);
        try {
          await inRound(run, { node: node.id, round, inside }, () => runList(run, body, runNodes));
          keep();
          return null;
        } catch (error) {
          const pause = pauseBefore(node.retry, round + 1);
          const isLast =
            round + 1 >= node.retry.maxAttempts ||
            (pause >= run.budget.remainingTime && run.journal?.isCatchingUp !== true);
          if (isLast || isFinal(error)) throw error;
          run.execution.log.warn({ node: node.id, round, error }, "a round failed and runs again");
          await undo();
          // Another round would have its effects beside those.
          if (run.effects.slice(effects).some(({ state, mayRepeat }) => state === "unknown" && !mayRepeat)) throw error;
          if (run.journal?.isCatchingUp !== true) await setTimeout(pause);
        }
      }
    };
  },
};

interface BegunRound {
  readonly undo: () => Promise<void>;
  readonly keep: () => void;
}

async function beginRound(run: FlowRun): Promise<BegunRound> {
  const { transaction } = run;
  const effects = run.effects.length;
  const point = transaction === undefined ? undefined : await savepoint(run, transaction);
  return {
    undo: async () => {
      await point?.rollBack();
      await compensate(run, effects);
    },
    keep: () => point?.release(),
  };
}
