import type { Diagnostic } from "../diagnostic.ts";
import type { DiagnosticCode } from "../diagnostic-codes.ts";

/** Errors that leave the type of every name in a tool known: its expressions are checked beside them. */
const ofTools: ReadonlySet<string> = new Set<DiagnosticCode>([
  "unknown-role",
  "duplicate-item",
  "missing-authorize",
  "authorize-not-applicable",
  "duplicate-route",
  "reserved-path",
  "duplicate-path-parameter",
  "bad-path-parameter",
  "schedule-input",
  "missing-header",
  "bad-cron",
  "unknown-time-zone",
  "bad-date",
  "bad-default",
  "default-not-filled",
  "bad-bounds",
  "bad-pattern",
  "unknown-provider",
  "wrong-provider",
  "unclear-provider",
  "unknown-policy",
  "unknown-field",
  "missing-value",
  "nothing-personal",
  "unknown-transition",
  "not-absolute",
  "not-a-path",
  "sensitive-cursor",
  "duplicate-case",
]);

/** The same of an entity, which its tools read too. */
const ofEntities: ReadonlySet<string> = new Set<DiagnosticCode>([
  "unknown-role",
  "duplicate-item",
  "bad-default",
  "bad-bounds",
  "bad-pattern",
  "sensitive-field",
  "list-parameter",
  "renamed-still-there",
  "renamed-to-unknown",
  "unreachable-state",
  "dead-end-state",
  "final-state-left",
  "duplicate-route",
]);

/** Paths of the files in which an expression's problem may only follow from another error. */
export function filesOfUnknownTypes(diagnostics: readonly Diagnostic[]): ReadonlySet<string> {
  const unclear = diagnostics.filter(
    ({ file, code }) => !(file.startsWith("entities/") ? ofEntities : ofTools).has(code),
  );
  return new Set(unclear.map(({ file }) => file));
}
