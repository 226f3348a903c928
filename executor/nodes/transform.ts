import { newFuel } from "@lintel/specs";
import { contextOf } from "../flow/flow-run.ts";
import type { Runner } from "./runner.ts";

export const transform: Runner<"transform"> = {
  isServed: true,
  prepare: (node, { template }) => {
    const evaluate = template(node.value, node.id);
    return (run) => Promise.resolve().then(() => evaluate(contextOf(run), newFuel()));
  },
};
