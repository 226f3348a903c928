import type { Pool } from "pg";
import { ExecutionError } from "../errors/execution-error.ts";
import { type Page, type PageQuery, pageOf } from "./page.ts";

const columns = [
  `"id"::text AS "id"`,
  `"recorded_at" AS "recordedAt"`,
  `"kind"`,
  `"execution_id" AS "execution"`,
  `"tool"`,
  `"outcome"`,
  `"status"`,
  `"error_code" AS "errorCode"`,
  `"caller_subject" AS "callerSubject"`,
  `"caller_roles" AS "callerRoles"`,
  `"segment"`,
  `"changes"`,
  `"details"`,
  `"bundle_digest" AS "bundleDigest"`,
  `"started_at" AS "startedAt"`,
  `"duration_ms" AS "durationMs"`,
].join(", ");

export interface AuditEntry {
  readonly id: string;
  readonly kind: string;
  readonly execution: string;
}

/** Filters of the list, each with what it takes. */
export const auditFilters = {
  kind: /^(?:segment|execution|deployment|settlement)$/u,
  tool: /^[a-z][a-z0-9-]{0,100}$/u,
  outcome: /^[a-z-]{1,20}$/u,
  execution: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u,
};

/** Column by filter. */
const filtered: Readonly<Record<string, string>> = {
  kind: `"kind" = `,
  tool: `"tool" = `,
  outcome: `"outcome" = `,
  execution: `"execution_id" = `,
};

/** Entries of the audit log, newest first. */
export async function listEntries(pool: Pool, { filters, cursor, limit }: PageQuery): Promise<Page<AuditEntry>> {
  const values: unknown[] = [limit + 1];
  const conditions = Object.entries(filters).map(
    ([name, value]) => `${filtered[name] ?? ""}$${String(values.push(value))}`,
  );
  if (cursor !== undefined) conditions.push(`"id" < $${String(values.push(idOf(cursor)))}`);
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")} `;
  const text = `SELECT ${columns} FROM "lintel"."audit_log" ${where}ORDER BY "audit_log"."id" DESC LIMIT $1`;
  const { rows } = await pool.query<AuditEntry>(text, values);
  return pageOf(rows, limit, ({ id }) => [id]);
}

function idOf([id, ...more]: readonly unknown[]): string {
  if (typeof id === "string" && /^\d{1,18}$/u.test(id) && more.length === 0) return id;
  throw new ExecutionError("invalid-input", { errors: [{ pointer: "/cursor", detail: "is none of this list" }] });
}
