import type { Pool } from "pg";
import { ExecutionError } from "../errors/execution-error.ts";
import { type Page, type PageQuery, pageOf } from "./page.ts";

const columns = [
  `"id" AS "execution"`,
  `"tool"`,
  `"bundle_digest" AS "bundleDigest"`,
  `"state"`,
  `"reason"`,
  `"attempt"`,
  `"started_at" AS "startedAt"`,
  `"finished_at" AS "answeredAt"`,
  // In the past: due to be taken up.
  `CASE WHEN "lease_until" < 'infinity' THEN "lease_until" END AS "leaseUntil"`,
].join(", ");

/** An execution that must not be lost, while it is not over. */
export interface Saga {
  readonly execution: string;
  readonly state: "running" | "compensating" | "settling" | "parked" | "done";
  readonly startedAt: Date;
  /** Null while nobody was answered. */
  readonly answeredAt: Date | null;
}

export const sagaFilters = {
  state: /^(?:running|compensating|settling|parked|done)$/u,
  tool: /^[a-z][a-z0-9-]{0,100}$/u,
};

const inFlight = ["running", "compensating", "settling", "parked"];

/** Oldest first: those that are not over, unless a state is asked for. Never what was said or answered in them. */
export async function listSagas(pool: Pool, { filters, cursor, limit }: PageQuery): Promise<Page<Saga>> {
  const { state, tool = null } = filters;
  const place = cursor === undefined ? [null, null] : placeFrom(cursor);
  const text =
    `SELECT ${columns} FROM "lintel"."executions" WHERE "state" = ANY ($2) AND ($3::text IS NULL OR "tool" = $3) ` +
    `AND ($4::timestamptz IS NULL OR ("started_at", "id") > ($4, $5::uuid)) ORDER BY "started_at", "id" LIMIT $1`;
  const states = state === undefined ? inFlight : [state];
  const { rows } = await pool.query<Saga>(text, [limit + 1, states, tool, ...place]);
  return pageOf(rows, limit, ({ startedAt, execution }) => [startedAt, execution]);
}

/** How one stands now; undefined for an execution that leaves no journal. */
export async function sagaOf(pool: Pool, execution: string): Promise<Saga | undefined> {
  return (await pool.query<Saga>(`SELECT ${columns} FROM "lintel"."executions" WHERE "id" = $1`, [execution])).rows[0];
}

function placeFrom(cursor: readonly unknown[]): readonly unknown[] {
  const [startedAt, execution] = cursor;
  const isOwn =
    typeof startedAt === "string" &&
    /^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z$/u.test(startedAt) &&
    typeof execution === "string" &&
    /^[0-9a-f-]{36}$/u.test(execution);
  if (isOwn && cursor.length === 2) return cursor;
  throw new ExecutionError("invalid-input", { errors: [{ pointer: "/cursor", detail: "is none of this list" }] });
}
