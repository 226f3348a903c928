import { canonicalJson, type Digest, type JsonObject } from "@lintel/specs";
import type { BoundStatement, RowChange, WriteStatement } from "../statement.ts";
import { jsonText, systemStatement } from "./system-statement.ts";

/** Which row changed and in which fields; never a value. */
export interface AuditChange {
  readonly entity: string;
  readonly id: string;
  readonly action: WriteStatement["action"];
  /** Of the row after the change. */
  readonly version: number;
  /** Names of fields that differ; all that are not null for a new row. */
  readonly fields: readonly string[];
}

/** One line of the audit log. */
export interface AuditRecord {
  /** `segment`: what one transaction changed, its last statement. `execution`: how the call ended. */
  readonly kind: "segment" | "execution";
  readonly executionId: string;
  readonly tool?: string;
  readonly outcome: "committed" | "succeeded" | "refused" | "failed";
  /** HTTP status. */
  readonly status?: number;
  readonly errorCode?: string;
  readonly callerSubject?: string;
  readonly callerRoles?: readonly string[];
  /** Id of the segment's first node. */
  readonly segment?: string;
  readonly changes?: readonly AuditChange[];
  /** Facts of the outcome, without values of sensitive or personal fields. */
  readonly details?: JsonObject;
  readonly bundleDigest: Digest;
  /** RFC 3339 UTC. */
  readonly startedAt: string;
  readonly durationMs?: number;
}

const insert = systemStatement(
  `insert into "lintel"."audit_log" ("kind", "execution_id", "tool", "outcome", "status", "error_code", "caller_subject", ` +
    `"caller_roles", "segment", "changes", "details", "bundle_digest", "started_at", "duration_ms") values ($1, $2::uuid, $3, $4, ` +
    `$5::integer, $6, $7, $8::text[], $9, $10::jsonb, $11::jsonb, $12, $13::timestamptz, $14::double precision)`,
);

/** The INSERT of a record; no other statement on the audit log is possible for the executor. */
export function auditInsert(record: AuditRecord): BoundStatement {
  return insert([
    record.kind,
    record.executionId,
    record.tool ?? null,
    record.outcome,
    record.status?.toString() ?? null,
    record.errorCode ?? null,
    record.callerSubject ?? null,
    record.callerRoles ?? [],
    record.segment ?? null,
    jsonText(record.changes ?? []),
    jsonText(record.details ?? {}),
    record.bundleDigest,
    record.startedAt,
    record.durationMs?.toString() ?? null,
  ]);
}

/** What a row's change looks like in the audit log. */
export function auditChange({ entity, action }: WriteStatement, { before, after }: RowChange): AuditChange {
  const stamps = ["id", "version", "createdAt", "updatedAt"];
  const fields = Object.keys(after).filter((name) => {
    if (stamps.includes(name)) return false;
    return canonicalJson(after[name] ?? null) !== canonicalJson(before?.[name] ?? null);
  });
  return { entity, id: String(after["id"]), action, version: Number(after["version"]), fields: fields.sort() };
}

const count = systemStatement(
  `insert into "lintel"."refusals" as "r" ("minute", "tool", "error_code", "count") ` +
    `values (date_trunc('minute', $1::timestamptz), $2, $3, $4::bigint) ` +
    `on conflict ("minute", "tool", "error_code") do update set "count" = "r"."count" + excluded."count"`,
);

/** Adds to the count of a minute's refusals of one kind: floods are counted, not listed. `at` is RFC 3339 UTC. */
export function countRefusals(at: string, tool: string, errorCode: string, number: number): BoundStatement {
  return count([at, tool, errorCode, String(number)]);
}
