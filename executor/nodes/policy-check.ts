import { newFuel } from "@lintel/specs";
import { ExecutionError } from "../errors/execution-error.ts";
import { contextOf } from "../flow/flow-run.ts";
import type { Runner } from "./runner.ts";

export const policyCheck: Runner<"policyCheck"> = {
  isServed: true,
  prepare: ({ id, expr, message }, { expression }) => {
    const holds = expression(expr, id);
    return async (run) => {
      await Promise.resolve();
      if (holds(contextOf(run), newFuel()) === true) return null;
      throw new ExecutionError("policy-denied", { detail: message, node: id });
    };
  },
};
