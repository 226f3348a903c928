import { allNodes, type JsonValue } from "@lintel/specs";
import type { QueryConfig } from "pg";
import type { Answer } from "../admission/call.ts";
import type { Execution } from "../flow/execution.ts";
import type { FlowRun } from "../flow/flow-run.ts";
import { rowId, type TouchedRow } from "../flow/transaction.ts";
import type { Journal } from "./journal.ts";
import { leaseTime } from "./leases.ts";
import { seal } from "./seal.ts";
import type { StepOutcome } from "./step-outcome.ts";

type Entries = readonly (readonly [path: string, outcome: StepOutcome])[];

/** How an execution ends: for good, or with effects that are still open. */
export interface Ending {
  readonly state: "done" | "settling" | "parked";
  readonly reason: string | null;
  /** Milliseconds until it is looked at again, where it is settling. */
  readonly pause: number;
  readonly answer: Answer | undefined;
}

/** What a commit writes of its execution: that it is this attempt's still, and its steps so far. */
export function journalStatements(run: FlowRun, journal: Journal, entries: Entries): readonly QueryConfig[] {
  const { execution } = run;
  const rows = newRows(run, journal);
  return [
    ...(rows.length === 0
      ? []
      : [{ name: "lintel_traces_shared", text: `SELECT pg_advisory_xact_lock_shared(${traceLock})` }]),
    journal.isStored ? holdLease(run, journal, entries.length > 0) : insertExecution(run, journal),
    ...(entries.length === 0 ? [] : [insertSteps(execution, journal, entries)]),
    ...(rows.length === 0 ? [] : insertRows(execution, rows)),
  ];
}

function insertExecution(run: FlowRun, journal: Journal): QueryConfig {
  const { execution } = run;
  const { id, tool, service } = execution;
  const { durability, bundle } = service;
  const begun = seal(journal.dataKey, begunOf(run), `${id}/begun`);
  return {
    name: "lintel_execution",
    text:
      `INSERT INTO "lintel"."executions" ("id", "tool", "bundle_digest", "state", "owner", "attempt", "lease_until", "data_key", "begun") ` +
      `VALUES ($1, $2, $3, 'running', $4, $5, clock_timestamp() + $6 * interval '1 millisecond', $7, $8)`,
    values: [
      id,
      tool.tool.name,
      bundle.digest,
      durability.instance,
      journal.attempt,
      leaseTime,
      durability.keys.wrap(journal.dataKey, id),
      begun,
    ],
  };
}

/** What an execution began with: all that another instance needs to begin it again. */
function begunOf({ execution, input, caller, claim }: FlowRun): JsonValue {
  const { seed, now, call } = execution;
  return {
    seed: seed.toString("base64"),
    now,
    input,
    caller: { subject: caller.subject, roles: caller.roles, email: caller.email, claims: caller.claims },
    trigger: call.trigger,
    claim: claim === undefined ? null : { table: claim.table, scopes: claim.scopes },
  };
}

/**
 * Keeps the execution for this attempt. Where another one has taken it over the statement fails, and everything that is committed
 * with it: the root of -1, of which there is no other here ({@link isLostLease}).
 */
function holdLease({ execution, effects }: FlowRun, journal: Journal, hasSteps: boolean): QueryConfig {
  const isFurther = hasSteps || effects.some(({ isPending }) => isPending);
  return {
    name: "lintel_execution_held",
    text:
      `WITH "held" AS (UPDATE "lintel"."executions" SET "lease_until" = clock_timestamp() + $4 * interval '1 millisecond', ` +
      `"stalled" = CASE WHEN $5 THEN 0 ELSE "stalled" END WHERE "id" = $1 AND "owner" = $2 AND "attempt" = $3 RETURNING 1) SELECT sqrt(count(*) - 1) FROM "held"`,
    values: [execution.id, execution.service.durability.instance, journal.attempt, leaseTime, isFurther],
  };
}

/** Whether a statement failed because another attempt has the execution. */
export function isLostLease(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "2201F";
}

function insertSteps({ id }: Execution, { dataKey }: Journal, entries: Entries): QueryConfig {
  const sealed = entries.map(([path, outcome]) => seal(dataKey, outcome as unknown as JsonValue, `${id}/${path}`));
  return {
    name: "lintel_steps",
    text: `INSERT INTO "lintel"."steps" ("execution_id", "path", "outcome") SELECT $1, * FROM unnest($2::text[], $3::bytea[])`,
    values: [id, entries.map(([path]) => path), sealed],
  };
}

/** Rows with personal fields that the execution has seen and the database does not know of yet. */
function newRows({ execution, seen }: FlowRun, { tracedRows, included }: Journal): readonly string[] {
  const { personalEntities } = execution.tool;
  if (personalEntities.size === 0) return [];
  return [...new Set([...seen.keys(), ...included])].filter(
    (row) => !tracedRows.has(row) && personalEntities.has(row.slice(0, row.indexOf("/"))),
  );
}

/** Held by who writes which rows were seen, and alone by who erases rows, so that one of them sees the other. "lintel" and 1. */
const traceLock = "30515220604873729";

/** The execution of lines that erasures leave. */
const nobody = "00000000-0000-0000-0000-000000000000";

function insertRows({ id }: Execution, rows: readonly string[]): readonly QueryConfig[] {
  const parts = rows.map((row) => [row.slice(0, row.indexOf("/")), row.slice(row.indexOf("/") + 1)] as const);
  const ids = parts.map(([, row]) => row);
  return [
    {
      name: "lintel_traced_rows",
      text:
        `INSERT INTO "lintel"."traced_rows" ("execution_id", "entity", "row_id") SELECT $1, * FROM unnest($2::text[], $3::text[]) ` +
        `ON CONFLICT DO NOTHING`,
      values: [id, parts.map(([entity]) => entity), ids],
    },
    {
      name: "lintel_traced_erased",
      text:
        `UPDATE "lintel"."executions" SET "is_erased" = true WHERE "id" = $1 AND NOT "is_erased" AND EXISTS (` +
        `SELECT FROM "lintel"."traced_rows" WHERE "row_id" = ANY ($2) AND "execution_id" = '${nobody}')`,
      values: [id, ids],
    },
  ];
}

/**
 * Takes away the keys of traces that have seen rows which this transaction erases, and of those whose SQL may have; of executions under
 * way, when they end. By the row's key alone: entities are renamed.
 */
export function shredTraces({ execution }: FlowRun, touched: readonly TouchedRow[]): readonly QueryConfig[] {
  const erased = touched.filter(({ action }) => action === "erase");
  if (erased.length === 0) return [];
  const ids = erased.map(({ after }) => rowId(after));
  return [
    { text: `SELECT pg_advisory_xact_lock(${traceLock})` },
    {
      name: "lintel_erased",
      text:
        `INSERT INTO "lintel"."traced_rows" ("execution_id", "entity", "row_id") SELECT '${nobody}'::uuid, * ` +
        `FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING`,
      values: [erased.map(({ entity }) => entity), ids],
    },
    {
      name: "lintel_shred",
      text:
        `UPDATE "lintel"."executions" SET "is_erased" = true, "data_key" = CASE WHEN "state" = 'done' THEN NULL ELSE "data_key" END ` +
        `WHERE "tool" = ANY ($2) OR "id" IN (SELECT "execution_id" FROM "lintel"."traced_rows" WHERE "row_id" = ANY ($1))`,
      values: [ids, toolsWithSql(execution)],
    },
  ];
}

/** Tools of which nobody can say which rows they have seen. */
function toolsWithSql({ service }: Execution): readonly string[] {
  return service.bundle.tools
    .filter(({ flow }) => allNodes(flow).some(({ type }) => type === "sql"))
    .map(({ name }) => name);
}

/** Why a flow is undone, before anything is. */
export function failExecution({ id }: Execution, { dataKey }: Journal, failure: JsonValue): QueryConfig {
  return {
    name: "lintel_execution_fails",
    text: `UPDATE "lintel"."executions" SET "state" = 'compensating', "failure" = $2 WHERE "id" = $1 AND "state" = 'running'`,
    values: [id, seal(dataKey, failure, `${id}/failure`)],
  };
}

/** How an execution ended. */
export function endExecution(
  execution: Execution,
  { dataKey }: Journal,
  { state, reason, pause, answer }: Ending,
): QueryConfig {
  const { id, service } = execution;
  const sealed = answer === undefined ? null : seal(dataKey, answerValue(answer), `${id}/answer`);
  return {
    name: "lintel_execution_ends",
    text:
      `UPDATE "lintel"."executions" SET "state" = $2::text, "reason" = $3, "answer" = coalesce($4, "answer"), ` +
      `"lease_until" = CASE WHEN $2::text = 'settling' THEN clock_timestamp() + $5 * interval '1 millisecond' ELSE 'infinity' END, ` +
      `"finished_at" = coalesce("finished_at", clock_timestamp()), ` +
      `"expires_at" = CASE WHEN $2::text = 'done' THEN clock_timestamp() + $6 * interval '1 millisecond' END, ` +
      `"data_key" = CASE WHEN "is_erased" AND $2::text = 'done' THEN NULL ELSE "data_key" END WHERE "id" = $1`,
    values: [id, state, reason, sealed, pause, service.durability.retention],
  };
}

/** The part of an answer that a replay compares. */
export function answerValue({ status, body }: Answer): JsonValue {
  return { status, body };
}
