import { readRows } from "../database/index.ts";
import { ExecutionError } from "../errors/execution-error.ts";
import { bindContextOf, noteVersion } from "../flow/flow-run.ts";
import { openTransaction } from "./open-transaction.ts";
import type { Runner } from "./runner.ts";

export const read: Runner<"read"> = {
  isServed: true,
  prepare:
    ({ id, entity, one, optional }) =>
    async (run) => {
      const { client } = openTransaction(run);
      const statement = run.statements.reads[id];
      if (statement === undefined) throw new Error(`read ${id} has no statement`);
      const rows = await readRows(client, statement, bindContextOf(run));
      run.budget.takeRows(rows.length);
      for (const row of rows) noteVersion(run, entity, row);
      if (!one) return rows;
      const [row] = rows;
      if (row !== undefined) return row;
      if (optional) return null;
      throw new ExecutionError("not-found", { detail: `there is no such ${entity}`, node: id });
    },
};
