import type { Pool } from "pg";
import { ExecutionError } from "../errors/execution-error.ts";
import { type Page, type PageQuery, pageOf } from "./page.ts";

const columns = [
  `"execution_id" AS "execution"`,
  `"node"`,
  `"iteration"`,
  `"tool"`,
  `"bundle_digest" AS "bundleDigest"`,
  `"state"`,
  `"attempts"`,
  `"error_code" AS "errorCode"`,
  `"started_at" AS "startedAt"`,
  `"finished_at" AS "finishedAt"`,
].join(", ");

export interface Effect {
  readonly execution: string;
  readonly node: string;
  readonly iteration: number;
  readonly startedAt: Date;
}

export const effectFilters = {
  state: /^(?:started|succeeded|failed|unknown|compensated)$/u,
  tool: /^[a-z][a-z0-9-]{0,100}$/u,
};

/** Under way, or nobody knows what became of them: what a person may have to look at. */
const inFlight = ["started", "unknown"];

/** External effects, oldest first: those in flight, unless a state is asked for. Never what a provider has answered. */
export async function listEffects(pool: Pool, { filters, cursor, limit }: PageQuery): Promise<Page<Effect>> {
  const { state, tool = null } = filters;
  const place = cursor === undefined ? [null, null, null, null] : placeFrom(cursor);
  const text =
    `SELECT ${columns} FROM "lintel"."effects" WHERE "state" = ANY ($2) AND ($3::text IS NULL OR "tool" = $3) ` +
    `AND ($4::timestamptz IS NULL OR ("started_at", "execution_id", "node", "iteration") > ($4, $5::uuid, $6::text, $7::integer)) ` +
    `ORDER BY "started_at", "execution_id", "node", "iteration" LIMIT $1`;
  const { rows } = await pool.query<Effect>(text, [
    limit + 1,
    state === undefined ? inFlight : [state],
    tool,
    ...place,
  ]);
  return pageOf(rows, limit, ({ startedAt, execution, node, iteration }) => [startedAt, execution, node, iteration]);
}

/** All effects of one execution, in the order in which they began. */
export async function effectsOf(pool: Pool, execution: string): Promise<readonly Effect[]> {
  const text = `SELECT ${columns} FROM "lintel"."effects" WHERE "execution_id" = $1 ORDER BY "started_at", "node", "iteration"`;
  return (await pool.query<Effect>(text, [execution])).rows;
}

function placeFrom(cursor: readonly unknown[]): readonly unknown[] {
  const [startedAt, execution, node, iteration] = cursor;
  const isOwn =
    typeof startedAt === "string" &&
    /^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z$/u.test(startedAt) &&
    typeof execution === "string" &&
    /^[0-9a-f-]{36}$/u.test(execution) &&
    typeof node === "string" &&
    !node.includes("\0") &&
    Number.isSafeInteger(iteration);
  if (isOwn && cursor.length === 4) return cursor;
  throw new ExecutionError("invalid-input", { errors: [{ pointer: "/cursor", detail: "is none of this list" }] });
}
