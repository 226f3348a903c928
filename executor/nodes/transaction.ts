import { runNodes } from "../flow/run-nodes.ts";
import { type Runner, runList } from "./runner.ts";

/** Its segment has opened the transaction already; one inside another is part of it. */
export const transaction: Runner<"transaction"> = {
  isServed: true,
  prepare: (node, { list }) => {
    const nodes = list(node.nodes);
    return async (run) => {
      await runList(run, nodes, runNodes);
      return null;
    };
  },
};
