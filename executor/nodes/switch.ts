import { canonicalJson, newFuel } from "@lintel/specs";
import { contextOf } from "../flow/flow-run.ts";
import { runNodes } from "../flow/run-nodes.ts";
import { type Runner, runList } from "./runner.ts";

export const switchNode: Runner<"switch"> = {
  isServed: true,
  prepare: (node, { expression, list }) => {
    const on = expression(node.on, node.id);
    const cases = new Map(node.cases.map(({ equals, nodes }) => [canonicalJson(equals), list(nodes)] as const));
    const otherwise = list(node.default);
    return async (run) => {
      const value = on(contextOf(run), newFuel());
      await runList(run, cases.get(canonicalJson(value)) ?? otherwise, runNodes);
      return null;
    };
  },
};
