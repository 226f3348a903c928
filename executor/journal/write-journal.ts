import type { JsonValue } from "@lintel/specs";
import type { QueryConfig, QueryResult } from "pg";
import { asLostClaim } from "../answers/settle.ts";
import { inOwnTransaction } from "../connection/own-transaction.ts";
import { asExecutionError } from "../errors/as-execution-error.ts";
import { ExecutionError } from "../errors/execution-error.ts";
import { pendingEffects } from "../external/effects.ts";
import type { FlowRun } from "../flow/flow-run.ts";
import type { TouchedRow } from "../flow/transaction.ts";
import { Abandoned } from "./abandoned.ts";
import type { Journal } from "./journal.ts";
import {
  type Ending,
  endExecution,
  failExecution,
  isLostLease,
  journalStatements,
  shredTraces,
} from "./journal-statements.ts";
import { recordedError, type SegmentChanges, type StepOutcome } from "./step-outcome.ts";

type Entries = readonly (readonly [path: string, outcome: StepOutcome])[];

/** What goes out with a commit, and what to do once it has been answered. */
export interface JournalPart {
  readonly statements: readonly QueryConfig[];
  /** To be called when the commit has been answered. */
  readonly committed: () => void;
}

const nothing: JournalPart = { statements: [], committed: () => undefined };

/** The journal's part of the commit of the segment that the run is in; `ending` where the execution ends with it. */
export function journalSegment(run: FlowRun, touched: readonly TouchedRow[], ending?: Ending): JournalPart {
  const { journal, segment } = run;
  const shredded = shredTraces(run, touched);
  if (journal === undefined || segment === undefined) return { ...nothing, statements: shredded };
  const entry = [segment.path, { type: "segment", changes: changesSince(segment.before, run, true) }] as const;
  // A trace alone is written at the end.
  if (!journal.isDurable && ending === undefined) {
    return { statements: shredded, committed: () => journal.note(...entry) };
  }
  return partOf(run, journal, [...journal.unwritten(), entry], ending, shredded);
}

/** The journal's part of an execution's end that has no segment of its own. */
export function journalEnding(run: FlowRun, ending: Ending): JournalPart {
  const { journal } = run;
  if (journal === undefined || journal.isOver) return nothing;
  const isTraced = journal.isStored || run.execution.service.durability.tracesAll;
  return isTraced ? partOf(run, journal, journal.unwritten(), ending) : nothing;
}

function partOf(
  run: FlowRun,
  journal: Journal,
  entries: Entries,
  ending: Ending | undefined,
  shredded: readonly QueryConfig[] = [],
): JournalPart {
  const { leases } = run.execution.service.durability;
  const rows = [...run.seen.keys(), ...journal.included];
  const effects = pendingEffects(run);
  journal.isTried = true;
  return {
    statements: [
      ...journalStatements(run, journal, entries),
      ...effects.statements,
      // Before the end: the execution's own trace may be among them.
      ...shredded,
      ...(ending === undefined ? [] : [endExecution(run.execution, journal, ending)]),
    ],
    committed: () => {
      journal.written(entries);
      effects.written();
      for (const row of rows) journal.tracedRows.add(row);
      if (ending === undefined) leases.hold(run.execution.id);
      else leases.release(run.execution.id);
    },
  };
}

/**
 * Writes what has come to pass so far, with `more`, and answers what `more` did. Committed when this returns.
 * @throws Abandoned when it cannot be known to be written
 */
export async function writeJournal(
  run: FlowRun,
  journal: Journal,
  more: () => readonly QueryConfig[] = () => [],
): Promise<readonly QueryResult[]> {
  return journal.inTurn(async () => {
    const { isTried } = journal;
    const { statements, committed } = partOf(run, journal, journal.unwritten(), undefined);
    try {
      const results = await inOwnTransaction(run.execution.service.pool, [...statements, ...more()]);
      committed();
      return results.slice(statements.length);
    } catch (thrown) {
      const error = asLostClaim(thrown);
      // There was no connection, or the claim was lost: then nothing was written for certain.
      if (error instanceof ExecutionError) journal.isTried = isTried;
      throw asAbandoned(run, error);
    }
  });
}

/** Decides that a flow is undone; from here on nothing new is done in it by anybody. @throws Abandoned */
export async function writeFailure(run: FlowRun, journal: Journal, error: ExecutionError): Promise<void> {
  const failure = recordedError(error) as unknown as JsonValue;
  await writeJournal(run, journal, () => [failExecution(run.execution, journal, failure)]);
}

/** What a durable execution makes of a database that fails it: it can only stop. Everything else stays as it is. */
export function asAbandoned(run: FlowRun, error: unknown): unknown {
  if (error instanceof Abandoned || run.journal?.isDurable !== true || !run.journal.isTried) return error;
  if (isLostLease(error) || isWrittenAlready(error)) {
    return new Abandoned("another instance has taken the execution up", error);
  }
  const { code } = asExecutionError(error, run.execution.service.constraints);
  const isAway = code === "database-unavailable" || code === "outcome-unknown";
  return isAway ? new Abandoned("the database is away in the middle of the execution", error) : error;
}

/** A step or effect that another attempt has written meanwhile. */
function isWrittenAlready(error: unknown): boolean {
  if (!(error instanceof Error) || !("constraint" in error)) return false;
  return (
    error.constraint === "steps_pkey" || error.constraint === "effects_pkey" || error.constraint === "executions_pkey"
  );
}

/** What a segment has changed since it began, for those who come after a crash. */
export function changesSince(
  before: Pick<FlowRun, "results" | "failed" | "seen">,
  run: FlowRun,
  isCommitted: boolean,
): SegmentChanges {
  const results = Object.entries(run.results).filter(([id, value]) => before.results[id] !== value);
  return {
    results: Object.fromEntries(results),
    failed: [...run.failed].filter((id) => !before.failed.has(id)),
    seen: [...run.seen].filter(([row, version]) => before.seen.get(row) !== version),
    position: run.execution.ids.position,
    isCommitted,
  };
}

/** Takes a segment's changes over instead of running it. */
export function applyChanges(run: FlowRun, { results, failed, seen, position, isCommitted }: SegmentChanges): void {
  Object.assign(run.results, results);
  for (const id of failed) run.failed.add(id);
  for (const [row, version] of seen) run.seen.set(row, version);
  run.execution.ids.position = position;
  if (isCommitted) run.committed += 1;
}
