// Decision: who holds the row of a key runs the call; everyone else is answered from it, or told to wait.
import { digestOf, type JsonValue } from "@lintel/specs";
import type { QueryConfig } from "pg";
import { inOwnTransaction } from "../connection/own-transaction.ts";
import { ExecutionError } from "../errors/execution-error.ts";
import { problemMediaType } from "../errors/problem.ts";
import type { Claim, FlowRun } from "../flow/flow-run.ts";
import type { Outcome } from "../flow/outcome.ts";
import { claimOf } from "./claim-of.ts";
import { releaseClaim, scopeColumns } from "./settle.ts";

/** Milliseconds for which an idempotency key is remembered. */
const keyLifetime = 24 * 60 * 60 * 1000;
/** Beyond the execution's own time, until a claim whose holder has vanished is free. */
const leaseMargin = 10_000;

/**
 * Runs the flow unless a call with the same Idempotency-Key, or the same webhook delivery, was answered before.
 * @throws ExecutionError idempotency-key-required, -invalid, -unscoped, -reused, -in-use, delivery-reused
 */
export async function answerOnce(run: FlowRun, runFlow: () => Promise<void>): Promise<Outcome> {
  const claim = claimOf(run);
  if (claim === undefined) {
    await runFlow();
    return { type: "done", run };
  }
  const standing = await takeClaim(run, claim);
  if (standing !== undefined) return standing;
  run.claim = claim;
  await runFlow();
  return { type: "done", run };
}

/** Takes every name of the claim, or none: what was answered under one of them stands. */
async function takeClaim(run: FlowRun, claim: Claim): Promise<Outcome | undefined> {
  const { execution, input } = run;
  const digest = digestOf(input);
  const trigger = execution.tool.tool.trigger;
  const lifetime = trigger.type === "webhook" ? trigger.replayWindow : keyLifetime;
  const lease = execution.tool.ceilings.time + leaseMargin;
  const rest = [digest, execution.id, lease, lifetime];
  const statements = claim.scopes.flatMap((scope) => {
    const values = [execution.tool.tool.name, ...scope];
    return [insert(claim, values, rest), select(claim, values)];
  });
  const results = await inOwnTransaction(execution.service.pool, statements);
  const isTaken = claim.scopes.map((_, index) => results[2 * index]?.rowCount === 1);
  const refusedAt = isTaken.indexOf(false);
  if (refusedAt === -1) return undefined;
  if (isTaken.includes(true)) await inOwnTransaction(execution.service.pool, [releaseClaim(run, claim)]);
  const row = results[2 * refusedAt + 1]?.rows[0] as StandingRow | undefined;
  if (row === undefined) throw new ExecutionError("idempotency-key-in-use", { headers: { "Retry-After": "1" } });
  return replay(row, digest, claim);
}

interface StandingRow {
  readonly request_digest: string;
  readonly execution_id: string;
  readonly state: string;
  readonly status: number | null;
  readonly response: JsonValue;
}

function replay(row: StandingRow, digest: string, claim: Claim): Outcome {
  if (row.request_digest !== digest) {
    throw new ExecutionError(claim.table === "idempotency_keys" ? "idempotency-key-reused" : "delivery-reused");
  }
  if (row.state !== "done" || row.status === null) {
    throw new ExecutionError("idempotency-key-in-use", { headers: { "Retry-After": "1" } });
  }
  const type = row.status >= 400 ? { "Content-Type": problemMediaType } : {};
  const headers = { "Idempotent-Replayed": "true", "Lintel-Execution": row.execution_id, ...type };
  return {
    type: "replayed",
    executionId: row.execution_id,
    answer: { status: row.status, headers, body: row.response },
  };
}

/** Takes a free key, one whose holder's lease has run out before it wrote anything, or one that has expired. */
function insert(claim: Claim, scope: readonly string[], rest: readonly unknown[]): QueryConfig {
  const columns = ["tool", ...scopeColumns[claim.table]];
  const places = columns.map((_, index) => `$${String(index + 1)}`);
  const at = (offset: number): string => `$${String(columns.length + offset)}`;
  const later = (offset: number): string => `clock_timestamp() + ${at(offset)} * interval '1 millisecond'`;
  const names = columns.map((column) => `"${column}"`).join(", ");
  const own = `"lintel"."${claim.table}"`;
  return {
    name: `lintel_claim_${claim.table}`,
    text:
      `INSERT INTO ${own} AS "standing" (${names}, "request_digest", "execution_id", "state", "lease_until", "expires_at") ` +
      `VALUES (${places.join(", ")}, ${at(1)}, ${at(2)}, 'running', ${later(3)}, ${later(4)}) ON CONFLICT (${names}) ` +
      `DO UPDATE SET "request_digest" = EXCLUDED."request_digest", "execution_id" = EXCLUDED."execution_id", ` +
      `"state" = 'running', "status" = NULL, "response" = NULL, "lease_until" = EXCLUDED."lease_until", ` +
      `"expires_at" = EXCLUDED."expires_at" WHERE "standing"."expires_at" < clock_timestamp() ` +
      `OR ("standing"."state" = 'running' AND "standing"."lease_until" < clock_timestamp())`,
    values: [...scope, ...rest],
  };
}

function select(claim: Claim, scope: readonly string[]): QueryConfig {
  const conditions = ["tool", ...scopeColumns[claim.table]].map(
    (column, index) => `"${column}" = $${String(index + 1)}`,
  );
  return {
    name: `lintel_claimed_${claim.table}`,
    text:
      `SELECT "request_digest", "execution_id", "state", "status", "response" FROM "lintel"."${claim.table}" ` +
      `WHERE ${conditions.join(" AND ")}`,
    values: [...scope],
  };
}
