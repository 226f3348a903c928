import { newFuel } from "@lintel/specs";
import { bindLast, type DatabaseClient } from "../database/index.ts";
import { ExecutionError } from "../errors/execution-error.ts";
import { bindContextOf, type FlowRun } from "../flow/flow-run.ts";
import { rowId, type TouchedRow, type Transaction } from "../flow/transaction.ts";

/**
 * Step 6: every row that the transaction touched obeys its entity's invariants, in its last state and before the commit.
 * @throws ExecutionError invariant-violated
 */
export async function enforceInvariants(run: FlowRun, transaction: Transaction | undefined): Promise<void> {
  if (transaction === undefined || transaction.touched.length === 0) return;
  const byEntity = Map.groupBy(lastStates(transaction.touched), ({ entity }) => entity);
  await Promise.all([...byEntity].map(([entity, rows]) => checkEntity(run, transaction, entity, rows)));
}

async function checkEntity(
  run: FlowRun,
  transaction: Transaction,
  entity: string,
  rows: readonly TouchedRow[],
): Promise<void> {
  for (const { name, message, holds } of run.execution.tool.invariants[entity] ?? []) {
    const isHeld = rows.every(({ before, after }) => holds({ this: after, old: before ?? null }, newFuel()) === true);
    if (!isHeld) throw violated(name, message);
  }
  const checks = run.execution.tool.statements.invariants[entity];
  if (checks?.statement === undefined || checks.bindRows === undefined) return;
  const touched = rows.map(({ before, after }) => (before === undefined ? { after } : { before, after }));
  const database: DatabaseClient = transaction.client;
  const { rows: answers } = await database.query(
    bindLast(checks.statement, bindContextOf(run), checks.bindRows(touched)),
  );
  for (const [, ...held] of answers) {
    const broken = held.findIndex((value) => value !== "t");
    const name = checks.related[broken];
    if (name !== undefined) throw violated(name, run.execution.tool.invariantMessages[`${entity}/${name}`] ?? "");
  }
}

/** One entry per row, from its first state before to its last one after; rows that are gone need not hold. */
function lastStates(touched: readonly TouchedRow[]): readonly TouchedRow[] {
  const rows = new Map<string, TouchedRow>();
  for (const row of touched) {
    const key = `${row.entity}/${rowId(row.after)}`;
    const first = rows.get(key);
    rows.set(key, first === undefined ? row : { ...row, before: first.before });
  }
  return [...rows.values()].filter(({ action }) => action !== "softDelete");
}

function violated(name: string, message: string): ExecutionError {
  return new ExecutionError("invariant-violated", { detail: `${name}: ${message}` });
}
