/** The audit record of a call. */
export function auditOf(call, { outcome, status, code = null, changes }) {
  return {
    name: "audit",
    text: `INSERT INTO lintel.audit_log (kind, execution_id, tool, outcome, status, error_code, caller_subject, caller_roles,
             changes, details, bundle_digest, started_at, duration_ms)
           VALUES ('execution', $1, 'create-reservation', $2, $3, $4, $5, $6, $7, '{}', 'by-hand', $8, $9)`,
    values: [
      call.id,
      outcome,
      status,
      code,
      call.subject,
      call.roles,
      JSON.stringify(changes),
      call.now,
      Date.now() - call.now.getTime(),
    ],
  };
}
