import type { JsonObject, JsonValue } from "@lintel/specs";
import type { QueryConfig } from "pg";
import type { Execution } from "../flow/execution.ts";
import type { FlowRun } from "../flow/flow-run.ts";
import type { TouchedRow, Transaction } from "../flow/transaction.ts";

export interface AuditEntry {
  readonly kind: "segment" | "execution" | "settlement";
  readonly outcome: string;
  readonly status: number | null;
  readonly errorCode: string | null;
  readonly segment: string | null;
  readonly changes: readonly JsonObject[];
  readonly details: JsonObject;
}

const columns =
  `"execution_id", "tool", "caller_subject", "caller_roles", "bundle_digest", "started_at", "duration_ms", ` +
  `"kind", "segment", "changes", "outcome", "status", "error_code", "details"`;

const insert = {
  name: "lintel_audit",
  text:
    `INSERT INTO "lintel"."audit_log" (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ` +
    // An execution ends once: whoever finds a record of its end adds none.
    `ON CONFLICT DO NOTHING`,
};

const insertBoth = {
  name: "lintel_audit_closing",
  text:
    `INSERT INTO "lintel"."audit_log" (${columns}) VALUES ` +
    `($1, $2, $3, $4, $5, $6, $7, 'segment', $8, $9, 'committed', NULL, NULL, '{}'), ` +
    `($1, $2, $3, $4, $5, $6, $7, 'execution', NULL, '[]', $10, $11, $12, $13)`,
};

/** The INSERT of one audit record; it inserts nothing where it would be a second one of an execution's end. */
export function auditStatement(execution: Execution, entry: AuditEntry): QueryConfig {
  return {
    ...insert,
    values: [
      ...valuesOf(execution),
      entry.kind,
      entry.segment,
      JSON.stringify(entry.changes),
      entry.outcome,
      entry.status,
      entry.errorCode,
      JSON.stringify(entry.details),
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

/** The same and the execution's own record, in one statement; it fails where the execution's end is recorded already. */
export function closingEntries(
  { execution }: FlowRun,
  { touched, segment }: Transaction,
  { outcome, status, errorCode, details }: AuditEntry & { readonly kind: "execution" },
): QueryConfig {
  const changes = JSON.stringify(touched.map(describeChange));
  const end = [outcome, status, errorCode, JSON.stringify(details)];
  return { ...insertBoth, values: [...valuesOf(execution), segment, changes, ...end] };
}

/** What every record of an execution says. */
function valuesOf({ id, tool, caller, service, now, startedAt }: Execution): readonly unknown[] {
  return [
    id,
    tool.tool.name,
    // A subject is the issuer's text: PostgreSQL holds no NUL.
    caller.subject?.replaceAll("\0", "") ?? null,
    caller.roles,
    service.bundle.digest,
    now,
    Date.now() - startedAt,
  ];
}

function describeChange({ entity, action, before, after }: TouchedRow): JsonObject {
  const fields = Object.keys(after).filter((name) => !isSame(before?.[name] ?? null, after[name] ?? null));
  return { entity, id: after["id"] ?? null, version: after["version"] ?? null, action, fields };
}

function isSame(left: JsonValue, right: JsonValue): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}
