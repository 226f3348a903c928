import { auditStatement } from "../audit/audit-entry.ts";
import { inOwnTransaction } from "../connection/own-transaction.ts";
import type { FlowRun } from "../flow/flow-run.ts";
import { endingOf } from "../journal/ending-of.ts";
import { journalEnding } from "../journal/write-journal.ts";

/** Records what became of effects that the end of their execution had left open; its own record stands as it is. */
export async function settle(run: FlowRun): Promise<void> {
  const { execution } = run;
  const ending = endingOf(run, undefined);
  const { statements, committed } = journalEnding(run, ending);
  const effects = run.effects.map(({ node, state, errorCode }) => ({ node, state, errorCode }));
  const entry = auditStatement(execution, {
    kind: "settlement",
    outcome: ending.state,
    status: null,
    errorCode: ending.reason,
    segment: null,
    changes: [],
    details: { attempt: run.journal?.attempt ?? 0, effects },
  });
  await inOwnTransaction(execution.service.pool, ending.state === "settling" ? statements : [...statements, entry]);
  committed();
}
