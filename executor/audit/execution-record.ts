import type { Execution } from "../flow/execution.ts";
import type { Outcome } from "../flow/outcome.ts";
import type { AuditEntry } from "./audit-entry.ts";

/** How an execution ended, for its one record; `committed` are the segments whose changes stand. */
export function executionEntry(
  { call, run }: Execution,
  outcome: Outcome,
  status: number,
  committed: number,
): AuditEntry & { readonly kind: "execution" } {
  const code = outcome.type === "failed" ? outcome.error.code : status >= 500 ? "output-mismatch" : null;
  const failure = status >= 500 ? "failed" : "refused";
  const attempt = run?.journal?.attempt ?? 0;
  const named = outcome.type === "failed" ? outcome.error.node : undefined;
  return {
    kind: "execution",
    outcome: outcome.type === "replayed" ? "replayed" : code === null ? "succeeded" : failure,
    status,
    errorCode: code,
    segment: null,
    changes: [],
    details: {
      trigger: call.trigger,
      // How often it was taken up after its instance had vanished.
      ...(attempt === 0 ? {} : { attempt }),
      ...(named === undefined ? {} : { node: named }),
      ...(outcome.type === "replayed" ? { replayOf: outcome.executionId } : {}),
      ...(code !== null && committed > 0 ? { committedSegments: committed } : {}),
    },
  };
}
