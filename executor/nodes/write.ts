import type { JsonObject } from "@lintel/specs";
import { type WriteOutcome, type WriteStatement, writeRows } from "../database/index.ts";
import { ExecutionError } from "../errors/execution-error.ts";
import { bindContextOf, type FlowRun, noteVersion } from "../flow/flow-run.ts";
import { openTransaction } from "./open-transaction.ts";
import type { Runner } from "./runner.ts";

export const write: Runner<"write"> = {
  isServed: true,
  prepare:
    ({ id, action, key }) =>
    async (run) => {
      const { client } = openTransaction(run);
      const statement = run.statements.writes[id];
      if (statement === undefined) throw new Error(`write ${id} has no statement`);
      const outcome = await writeRows(client, statement, bindContextOf(run));
      if (outcome.type !== "written") throw refusal(outcome, statement, id);
      const rows = note(run, statement, outcome);
      return action === "create" || key !== undefined ? (rows[0] ?? null) : { count: rows.length };
    },
};

type Written = Extract<WriteOutcome, { type: "written" }>;

function note(run: FlowRun, { entity, action }: WriteStatement, { rows }: Written): readonly JsonObject[] {
  run.budget.takeRows(rows.length);
  for (const { before, after } of rows) {
    openTransaction(run).touched.push({ entity, action, before, after });
    noteVersion(run, entity, after);
  }
  return rows.map(({ after }) => after);
}

function refusal(
  outcome: Exclude<WriteOutcome, Written>,
  { entity, action }: WriteStatement,
  node: string,
): ExecutionError {
  switch (outcome.type) {
    case "not-found":
      return new ExecutionError("not-found", { detail: `there is no such ${entity}`, node });
    case "not-owned":
      return new ExecutionError("not-owned", { detail: `the ${entity} would not be the caller's`, node });
    case "wrong-state": {
      const from = outcome.from.join(" or ");
      return new ExecutionError("wrong-state", {
        detail: `the ${entity} is ${outcome.state}; ${action} needs ${from}`,
        node,
      });
    }
    case "version-conflict":
      return new ExecutionError("version-conflict", {
        detail: versions(entity, outcome.expected, outcome.actual),
        node,
      });
    case "too-many-rows":
      return new ExecutionError("too-many-rows", { detail: `more than ${outcome.limit} rows of ${entity}`, node });
  }
}

function versions(entity: string, expected: number, actual: number): string {
  return `the ${entity} has version ${actual}, not ${expected}`;
}
