import { setTimeout } from "node:timers/promises";
import { allNodes } from "@lintel/specs";
import { asExecutionError } from "../errors/as-execution-error.ts";
import { compensate } from "../external/compensate.ts";
import type { EffectRecord } from "../external/effect-record.ts";
import { pauseBefore } from "../external/with-retry.ts";
import type { FlowRun } from "../flow/flow-run.ts";
import { inRound, roundPath } from "../flow/in-round.ts";
import { isFinal, runNodes } from "../flow/run-nodes.ts";
import { savepoint } from "../flow/savepoint.ts";
import { recordedError } from "../journal/step-outcome.ts";
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
          if (isFinal(error) || hasGivenUp(run, node.id, round)) throw error;
          const pause = pauseBefore(node.retry, round + 1);
          const wasTaken = run.journal?.hasTaken(roundPath(run, node.id, round + 1)) === true;
          const isLast = round + 1 >= node.retry.maxAttempts;
          if (isLast || (!wasTaken && pause >= run.budget.remainingTime)) throw giveUp(run, node.id, round, error);
          run.execution.log.warn({ node: node.id, round, error }, "a round failed and runs again");
          await undo();
          if (wasTaken) continue;
          // Another round would have its effects beside those.
          if (run.effects.slice(effects).some(isInDoubt)) throw giveUp(run, node.id, round, error);
          await setTimeout(pause);
        }
      }
    };
  },
};

function isInDoubt({ state, mayRepeat }: EffectRecord): boolean {
  return state === "unknown" && !mayRepeat;
}

/** Time decides it too, so that whoever takes the execution up must be told. */
function giveUp(run: FlowRun, node: string, round: number, error: unknown): unknown {
  const problem = asExecutionError(error, run.execution.service.constraints);
  run.journal?.note(decisionPath(run, node, round), { type: "failed", error: recordedError(problem) });
  return error;
}

function hasGivenUp(run: FlowRun, node: string, round: number): boolean {
  return run.journal?.recallDecision(decisionPath(run, node, round)) !== undefined;
}

function decisionPath({ path }: FlowRun, node: string, round: number): string {
  return `${path}${node}[${String(round)}] ends`;
}

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
