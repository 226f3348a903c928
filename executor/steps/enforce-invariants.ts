import { type JsonValue, newFuel } from "@lintel/specs";
import { bindLast, type DatabaseClient, type DependentCheck, readCascaded } from "../database/index.ts";
import { ExecutionError } from "../errors/execution-error.ts";
import { bindContextOf, type FlowRun, noteVersion } from "../flow/flow-run.ts";
import { rowId, type TouchedRow, type Transaction } from "../flow/transaction.ts";

/**
 * Step 6: every row that the transaction touched, through its deletions too, obeys its entity's invariants, in its last state and before the
 * commit; and so does every row whose invariants read one of them.
 * @throws ExecutionError invariant-violated; budget-exceeded where too many rows were changed by deletions, or refer to changed ones; too-many-rows
 */
export async function enforceInvariants(run: FlowRun, transaction: Transaction | undefined): Promise<void> {
  if (transaction === undefined || transaction.touched.length === 0) return;
  await noteCascaded(run, transaction);
  const byEntity = Map.groupBy(lastStates(transaction.touched), ({ entity }) => entity);
  await Promise.all(
    [...byEntity].flatMap(([entity, rows]) => [
      checkEntity(run, transaction, entity, rows),
      ...(run.execution.tool.statements.invariants[entity]?.dependents ?? []).map((check) =>
        checkDependents(run, transaction, check, rows),
      ),
    ]),
  );
}

/** Rows that a deletion has changed elsewhere count like those that the flow names. */
async function noteCascaded(run: FlowRun, transaction: Transaction): Promise<void> {
  if (!transaction.touched.some(({ action }) => action === "softDelete")) return;
  const database: DatabaseClient = transaction.client;
  const cascaded = await readCascaded(database, run.execution.service.bundle.entities);
  run.budget.takeRows(cascaded.length);
  for (const row of cascaded) {
    transaction.touched.push(row);
    noteVersion(run, row.entity, row.after);
  }
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

/** The rows that refer to what was changed, if what they read there is another value now. */
async function checkDependents(
  run: FlowRun,
  { client }: Transaction,
  check: DependentCheck,
  rows: readonly TouchedRow[],
): Promise<void> {
  const changed = rows.filter((row) => check.fields.some((field) => isChanged(row, field)));
  if (changed.length === 0) return;
  const database: DatabaseClient = client;
  const ids = changed.map(({ after }) => rowId(after));
  const { rows: answers } = await database.query(bindLast(check.statement, bindContextOf(run), ids));
  const [count, ...held] = answers[0] ?? [];
  if (Number(count) > check.maximum) {
    const detail = `more than ${String(check.maximum)} rows of ${check.entity} depend on the change`;
    throw new ExecutionError("too-many-rows", { detail });
  }
  run.budget.takeRows(Number(count));
  const broken = check.invariants[held.indexOf("f")];
  if (broken === undefined) return;
  const message = run.execution.tool.invariantMessages[`${check.entity}/${broken}`] ?? "";
  throw violated(`${check.entity}.${broken}`, message);
}

function isChanged({ before, after }: TouchedRow, field: string): boolean {
  if (before === undefined) return false; // nothing refers to a new row but what is touched with it
  const [old, now]: readonly JsonValue[] = [before[field] ?? null, after[field] ?? null];
  return JSON.stringify(old) !== JSON.stringify(now);
}

/** One entry per row, from its first state before to its last one after; rows that are gone need not hold. */
function lastStates(touched: readonly TouchedRow[]): readonly TouchedRow[] {
  const rows = new Map<string, TouchedRow>();
  const gone = new Set<string>();
  // Versions tell the order of a row's changes, those by deletions included.
  for (const row of touched.toSorted((one, other) => versionOf(one) - versionOf(other))) {
    const key = `${row.entity}/${rowId(row.after)}`;
    const first = rows.get(key);
    rows.set(key, first === undefined ? row : { ...row, before: first.before });
    if (row.action === "softDelete") gone.add(key);
  }
  return [...rows].flatMap(([key, row]) => (gone.has(key) ? [] : [row]));
}

function versionOf({ after }: TouchedRow): number {
  return Number(after["version"]);
}

function violated(name: string, message: string): ExecutionError {
  return new ExecutionError("invariant-violated", { detail: `${name}: ${message}` });
}
