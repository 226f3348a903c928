import type { JsonValue } from "@lintel/specs";
import type { QueryConfig } from "pg";
import type { Claim, FlowRun } from "../flow/flow-run.ts";
import type { Outcome } from "../flow/outcome.ts";
import { answerOf, successAnswer } from "../steps/respond.ts";

/** Columns that name a claim, by table. */
export const scopeColumns: Readonly<Record<Claim["table"], readonly string[]>> = {
  idempotency_keys: ["caller", "key"],
  webhook_deliveries: ["delivery_id"],
};

/**
 * With the change: the answer of a flow that ends here is stored and committed with it. Where more follows, the claim is held
 * for good, so that a crash after this commit can never run the change twice.
 */
export function settleInTransaction(run: FlowRun): readonly QueryConfig[] {
  const { claim, execution, transaction } = run;
  if (claim === undefined) return [];
  const [last] = execution.tool.flow.segments.slice(-1);
  const isLast = last?.nodes.map(({ id }) => id).join(" ") === transaction?.segment;
  if (!isLast) return holdClaim(run);
  const answer = successAnswer(run);
  execution.answer = answer;
  return [store(run, claim, answer.status, answer.body)];
}

/** Keeps the claim whatever happens to its holder: with the first change or external effect, which must not come twice. */
export function holdClaim(run: FlowRun): readonly QueryConfig[] {
  return run.claim === undefined ? [] : [update(run, run.claim, `"lease_until" = 'infinity'`, [])];
}

/** With the execution's record: what the transaction did not settle. A failure that changed nothing frees the key. */
export function settleAfterwards(run: FlowRun, outcome: Outcome): readonly QueryConfig[] {
  const { claim, execution } = run;
  if (claim === undefined || outcome.type === "replayed") return [];
  const isOver = run.effects.every(({ state }) => state === "failed" || state === "compensated");
  if (outcome.type === "failed" && run.committed === 0 && isOver) {
    return [update(run, claim, `"lease_until" = clock_timestamp() - interval '1 millisecond'`, [])];
  }
  const answer = answerOf(execution, outcome);
  return [store(run, claim, answer.status, answer.body)];
}

function store(run: FlowRun, claim: Claim, status: number, body: JsonValue): QueryConfig {
  return update(run, claim, `"state" = 'done', "status" = $1, "response" = $2`, [status, JSON.stringify(body)]);
}

function update(run: FlowRun, claim: Claim, assignments: string, values: readonly unknown[]): QueryConfig {
  const { execution } = run;
  const columns = ["tool", ...scopeColumns[claim.table], "execution_id"];
  const conditions = columns.map((column, index) => `"${column}" = $${String(values.length + index + 1)}`);
  return {
    text: `UPDATE "lintel"."${claim.table}" SET ${assignments} WHERE ${conditions.join(" AND ")}`,
    values: [...values, execution.tool.tool.name, ...claim.scope, execution.id],
  };
}
