import type { JsonObject, Relationship } from "@lintel/specs";
import { readPage, readRows } from "../database/index.ts";
import { ExecutionError } from "../errors/execution-error.ts";
import { bindContextOf, type FlowRun, noteVersion } from "../flow/flow-run.ts";
import { openTransaction } from "./open-transaction.ts";
import type { Runner } from "./runner.ts";

export const read: Runner<"read"> = {
  isServed: true,
  prepare: ({ id, entity, one, optional, page, include }, { slice }) => {
    const relationships = slice.entities.find(({ name }) => name === entity)?.relationships ?? [];
    const included = relationships.filter(({ name }) => include.includes(name));
    return async (run) => {
      const { client } = openTransaction(run);
      const statement = run.statements.reads[id];
      if (statement === undefined) throw new Error(`read ${id} has no statement`);
      if (page !== undefined) {
        const answer = await readPage(client, statement, bindContextOf(run));
        note(run, entity, included, answer["items"] as readonly JsonObject[]);
        return answer;
      }
      const rows = await readRows(client, statement, bindContextOf(run));
      note(run, entity, included, rows);
      if (!one) return rows;
      const [row] = rows;
      if (row !== undefined) return row;
      if (optional) return null;
      throw new ExecutionError("not-found", { detail: `there is no such ${entity}`, node: id });
    };
  },
};

function note(run: FlowRun, entity: string, included: readonly Relationship[], rows: readonly JsonObject[]): void {
  run.budget.takeRows(rows.length);
  for (const row of rows) {
    noteVersion(run, entity, row);
    for (const { name, entity: other } of included) run.journal?.noteRows(other, [row[name] ?? []].flat());
  }
}
