// Answers kept for repeated calls: Idempotency-Key of tools, delivery ids of webhooks. The executor never deletes; a key that has
// expired is taken over by the next call that brings it.
import type { JsonValue } from "@lintel/specs";
import type { BoundStatement, StatementResult } from "../statement.ts";
import { jsonText, systemStatement } from "./system-statement.ts";

/** Which call: of this tool, by this caller (empty for webhooks), with this key. */
export interface CallKey {
  readonly tool: string;
  readonly caller: string;
  readonly key: string;
}

export interface CallClaim extends CallKey {
  /** Digest of the body: the same key with another body is another call. */
  readonly requestDigest: string;
  readonly executionId: string;
  /** Instants, RFC 3339 UTC. A claim whose lease is over may be taken by the same call again. */
  readonly now: string;
  readonly leaseUntil: string;
  readonly expiresAt: string;
}

/** What is known of an earlier call with the key. */
export interface AnsweredCall {
  readonly requestDigest: string;
  readonly executionId: string;
  readonly state: "running" | "done";
  readonly status: number | null;
  readonly response: JsonValue;
}

export interface AnsweredCalls {
  /** Answers one row when the key is the caller's now; none when an earlier call has it. Commit before the work begins. */
  claim(claim: CallClaim): BoundStatement;
  find(key: CallKey): BoundStatement;
  /** Keeps the answer; in the transaction of the call's last change. */
  complete(key: CallKey, executionId: string, status: number, response: JsonValue): BoundStatement;
  /** Gives the key back after a failure that may be tried again. */
  release(key: CallKey, executionId: string, now: string): BoundStatement;
}

/** The call that {@link AnsweredCalls.find} found. */
export function answeredCall({ rows }: StatementResult): AnsweredCall | undefined {
  const [row] = rows;
  if (row === undefined) return undefined;
  const [requestDigest, executionId, state, status, response] = row;
  return {
    requestDigest: requestDigest ?? "",
    executionId: executionId ?? "",
    state: state === "done" ? "done" : "running",
    status: status === null || status === undefined ? null : Number(status),
    response: JSON.parse(response ?? "null") as JsonValue,
  };
}

/** Answers by Idempotency-Key; the caller is the token's subject. */
export const idempotencyKeys = answeredCalls("idempotency_keys", ["tool", "caller", "key"], (key) => [
  key.tool,
  key.caller,
  key.key,
]);

/** Answers by webhook delivery; the key is the delivery's id. */
export const webhookDeliveries = answeredCalls("webhook_deliveries", ["tool", "delivery_id"], (key) => [
  key.tool,
  key.key,
]);

function answeredCalls(
  name: "idempotency_keys" | "webhook_deliveries",
  columns: readonly string[],
  valuesOf: (key: CallKey) => readonly string[],
): AnsweredCalls {
  const table = `"lintel"."${name}"`;
  const names = columns.map((column) => `"${column}"`).join(", ");
  const places = columns.map((_, index) => `$${String(index + 1)}`).join(", ");
  const match = columns.map((column, index) => `"${column}" = $${String(index + 1)}`).join(" and ");
  const next = (offset: number): string => `$${String(columns.length + offset)}`;
  const claim = systemStatement(
    `insert into ${table} as "k" (${names}, "request_digest", "execution_id", "state", "lease_until", "expires_at") ` +
      `values (${places}, ${next(1)}, ${next(2)}::uuid, 'running', ${next(3)}::timestamptz, ${next(4)}::timestamptz) ` +
      `on conflict (${names}) do update set "request_digest" = excluded."request_digest", ` +
      `"execution_id" = excluded."execution_id", "state" = 'running', "status" = null, "response" = null, ` +
      `"lease_until" = excluded."lease_until", "expires_at" = excluded."expires_at" ` +
      `where "k"."expires_at" <= ${next(5)}::timestamptz or ("k"."state" = 'running' and ` +
      `"k"."lease_until" <= ${next(5)}::timestamptz and "k"."request_digest" = excluded."request_digest") returning "k"."execution_id"`,
  );
  const find = systemStatement(
    `select "request_digest", "execution_id", "state", "status", "response" from ${table} where ${match}`,
  );
  const complete = systemStatement(
    `update ${table} set "state" = 'done', "status" = ${next(2)}::integer, "response" = ${next(3)}::jsonb ` +
      `where ${match} and "execution_id" = ${next(1)}::uuid`,
  );
  const release = systemStatement(
    `update ${table} set "expires_at" = ${next(2)}::timestamptz where ${match} and "execution_id" = ${next(1)}::uuid and "state" = 'running'`,
  );
  return {
    claim: (one) =>
      claim([...valuesOf(one), one.requestDigest, one.executionId, one.leaseUntil, one.expiresAt, one.now]),
    find: (key) => find(valuesOf(key)),
    complete: (key, executionId, status, response) =>
      complete([...valuesOf(key), executionId, String(status), jsonText(response)]),
    release: (key, executionId, now) => release([...valuesOf(key), executionId, now]),
  };
}
