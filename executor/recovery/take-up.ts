import type { QueryConfig } from "pg";
import { inOwnTransaction } from "../connection/own-transaction.ts";
import { leaseTime } from "../journal/leases.ts";
import { pauseBefore } from "../journal/leave.ts";
import type { Service } from "../service.ts";

/** An execution that this instance has taken up. */
export interface TakenUp {
  readonly id: string;
  readonly tool: string;
  readonly bundle_digest: string;
  readonly state: "running" | "compensating" | "settling";
  readonly attempt: number;
  /** How often it was taken up since it last came further. */
  readonly stalled: number;
  readonly data_key: Buffer | null;
  readonly begun: Buffer;
  readonly failure: Buffer | null;
}

const columns = `"id", "tool", "bundle_digest", "state", "attempt", "stalled", "data_key", "begun", "failure"`;

/** Takes up executions of which nobody has been heard in time, those first on which a caller waits; each goes to one instance. */
export function takeUpDue(service: Service, limit: number): Promise<readonly TakenUp[]> {
  return take(service, {
    name: "lintel_take_up",
    text:
      `UPDATE "lintel"."executions" SET "owner" = $1, "attempt" = "attempt" + 1, "stalled" = "stalled" + 1, ` +
      `"lease_until" = clock_timestamp() + $2 * interval '1 millisecond' WHERE "id" IN (` +
      `SELECT "id" FROM "lintel"."executions" WHERE "state" IN ('running', 'compensating', 'settling') ` +
      `AND "lease_until" < clock_timestamp() ORDER BY "state" = 'settling', "lease_until" LIMIT $3 FOR UPDATE SKIP LOCKED) RETURNING ${columns}`,
    values: [service.durability.instance, leaseTime, limit],
  });
}

/** What a person wants of a parked execution: on from where it stands, or everything undone. */
export type ByHand = "retry" | "compensate";

/**
 * Takes up one execution that is parked, or whose effects are still open. One that was never answered goes on or is undone; of one
 * that was, only what is open is settled.
 */
export async function takeUpParked(service: Service, id: string): Promise<TakenUp | undefined> {
  const [row] = await take(service, {
    text:
      `UPDATE "lintel"."executions" SET "owner" = $1, "attempt" = "attempt" + 1, "stalled" = 0, ` +
      `"lease_until" = clock_timestamp() + $2 * interval '1 millisecond', "reason" = NULL, ` +
      `"state" = CASE WHEN "finished_at" IS NOT NULL THEN 'settling' WHEN "failure" IS NOT NULL THEN 'compensating' ELSE 'running' END ` +
      `WHERE "id" = $3 AND "state" IN ('parked', 'settling') RETURNING ${columns}`,
    values: [service.durability.instance, leaseTime, id],
  });
  return row;
}

async function take({ pool }: Service, statement: QueryConfig): Promise<readonly TakenUp[]> {
  const [result] = await inOwnTransaction(pool, [statement]);
  return (result?.rows ?? []) as TakenUp[];
}

/** Takes a person's word for it that nothing is left to do: ends an execution that was answered, whatever is open in it. */
export async function acceptParked({ pool, durability }: Service, id: string): Promise<boolean> {
  const text =
    `UPDATE "lintel"."executions" SET "state" = 'done', "lease_until" = 'infinity', "attempt" = "attempt" + 1, ` +
    `"expires_at" = clock_timestamp() + $2 * interval '1 millisecond', ` +
    `"data_key" = CASE WHEN "is_erased" THEN NULL ELSE "data_key" END ` +
    `WHERE "id" = $1 AND "state" IN ('parked', 'settling') AND "finished_at" IS NOT NULL`;
  const [result] = await inOwnTransaction(pool, [{ text, values: [id, durability.retention] }]);
  return result?.rowCount === 1;
}

/** Leaves an execution to whoever takes it up next, after a pause that grows. */
export function pause({ durability }: Service, { id, attempt }: Pick<TakenUp, "id" | "attempt">): QueryConfig {
  return {
    name: "lintel_pause",
    text:
      `UPDATE "lintel"."executions" SET "lease_until" = clock_timestamp() + $4 * interval '1 millisecond' ` +
      `WHERE "id" = $1 AND "owner" = $2 AND "attempt" = $3 AND "state" <> 'done'`,
    values: [id, durability.instance, attempt, pauseBefore(attempt)],
  };
}

/** Leaves an execution to a person, who finds it in the admin API. */
export function park(
  { durability }: Service,
  { id, attempt }: Pick<TakenUp, "id" | "attempt">,
  reason: string,
): QueryConfig {
  return {
    name: "lintel_park",
    text:
      `UPDATE "lintel"."executions" SET "state" = 'parked', "reason" = $2, "lease_until" = 'infinity' ` +
      `WHERE "id" = $1 AND "owner" = $3 AND "attempt" = $4 AND "state" <> 'done'`,
    values: [id, reason, durability.instance, attempt],
  };
}
