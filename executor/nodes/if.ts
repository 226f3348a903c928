import { newFuel } from "@lintel/specs";
import { contextOf } from "../flow/flow-run.ts";
import { runNodes } from "../flow/run-nodes.ts";
import { type Runner, runList } from "./runner.ts";

export const ifNode: Runner<"if"> = {
  isServed: true,
  prepare: (node, { expression, list }) => {
    const condition = expression(node.condition, node.id);
    const [then, otherwise] = [list(node.then), list(node.else)];
    return async (run) => {
      const holds = condition(contextOf(run), newFuel()) === true;
      await runList(run, holds ? then : otherwise, runNodes);
      return null;
    };
  },
};
