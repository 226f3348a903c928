import { newFuel } from "@lintel/specs";
import { runRawRead } from "../database/index.ts";
import { contextOf } from "../flow/flow-run.ts";
import { openTransaction } from "./open-transaction.ts";
import type { Runner } from "./runner.ts";

/** Rows of a result, where the node does not say. */
const fallbackLimit = 1000;

/** One statement that the gate has proven to read only; ownership and tenants are not applied to it. */
export const sql: Runner<"sql"> = {
  isServed: true,
  prepare: ({ id, statement, parameters, limit = fallbackLimit }, { template }) => {
    const values = parameters.map((parameter) => template(parameter, id));
    return async (run) => {
      const { client } = openTransaction(run);
      const context = contextOf(run);
      const bound = values.map((evaluate) => evaluate(context, newFuel()));
      const timeout = run.budget.remainingTime;
      const rows = await runRawRead(client, { statement, parameters: bound, limit, timeout });
      run.budget.takeRows(rows.length);
      return rows;
    };
  },
};
