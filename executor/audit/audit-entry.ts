import type { JsonObject, JsonValue } from "@lintel/specs";
import type { QueryConfig } from "pg";
import type { Execution } from "../flow/execution.ts";
import type { FlowRun } from "../flow/flow-run.ts";
import type { TouchedRow, Transaction } from "../flow/transaction.ts";

interface AuditEntry {
  readonly kind: "segment" | "execution";
  readonly outcome: string;
  readonly status: number | null;
  readonly errorCode: string | null;
  readonly segment: string | null;
  readonly changes: readonly JsonObject[];
  readonly details: JsonObject;
}

const insert = {
  name: "lintel_audit",
  text:
    `INSERT INTO "lintel"."audit_log" ("kind", "execution_id", "tool", "outcome", "status", "error_code", ` +
    `"caller_subject", "caller_roles", "segment", "changes", "details", "bundle_digest", "started_at", "duration_ms") ` +
    `VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
};

/** The INSERT of one audit record. */
export function auditStatement(execution: Execution, entry: AuditEntry): QueryConfig {
  const { id, tool, caller, service, now, startedAt } = execution;
  return {
    ...insert,
    values: [
      entry.kind,
      id,
      tool.tool.name,
      entry.outcome,
      entry.status,
      entry.errorCode,
      // A subject is the issuer's text: PostgreSQL holds no NUL.
      caller.subject?.replaceAll("\0", "") ?? null,
      caller.roles,
      entry.segment,
      JSON.stringify(entry.changes),
      JSON.stringify(entry.details),
      service.bundle.digest,
      now,
      Date.now() - startedAt,
    ],
  };
}

/** What one transaction changes: the last statement of its segment. Names of fields, never their values. */
export function segmentEntry(run: FlowRun, { touched, segment }: Transaction): QueryConfig {
  return auditStatement(run.execution, {
    kind: "segment",
    outcome: "committed",
    status: null,
    errorCode: null,
    segment,
    changes: touched.map(describeChange),
    details: {},
  });
}

function describeChange({ entity, action, before, after }: TouchedRow): JsonObject {
  const fields = Object.keys(after).filter((name) => !isSame(before?.[name] ?? null, after[name] ?? null));
  return { entity, id: after["id"] ?? null, version: after["version"] ?? null, action, fields };
}

function isSame(left: JsonValue, right: JsonValue): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}
