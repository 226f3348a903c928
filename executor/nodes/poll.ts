import { setTimeout } from "node:timers/promises";
import { allNodes, newFuel } from "@lintel/specs";
import { ExecutionError } from "../errors/execution-error.ts";
import { contextOf } from "../flow/flow-run.ts";
import { inRound, roundPath } from "../flow/in-round.ts";
import { runNodes } from "../flow/run-nodes.ts";
import { type Runner, runList } from "./runner.ts";

/** Rounds with a pause in between, until the condition holds; never beyond the execution's time. */
export const poll: Runner<"poll"> = {
  isServed: true,
  prepare: (node, { expression, list }) => {
    const isDone = expression(node.until, node.id, "branch");
    const body = list(node.nodes);
    const inside = allNodes(node.nodes).map(({ id }) => id);
    return async (run) => {
      for (let round = 0; round < node.maxAttempts; round += 1) {
        const wasTaken = run.journal?.hasTaken(roundPath(run, node.id, round)) === true;
        if (round > 0 && !wasTaken) await pause(node.interval, run.budget.remainingTime);
        await inRound(run, { node: node.id, round, inside }, () => runList(run, body, runNodes));
        if (isDone(contextOf(run), newFuel()) === true) return null;
      }
      const detail = `the condition does not hold after ${String(node.maxAttempts)} attempts`;
      throw new ExecutionError("poll-exhausted", { node: node.id, detail });
    };
  },
};

async function pause(interval: number, remaining: number): Promise<void> {
  if (interval >= remaining) throw new ExecutionError("execution-timeout");
  await setTimeout(interval);
}
