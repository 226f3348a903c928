import type { JsonValue } from "@lintel/specs";
import type { QueryConfig } from "pg";
import { ExecutionError } from "../errors/execution-error.ts";
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
  if (transaction?.isLast !== true) return holdClaim(run);
  const answer = successAnswer(run);
  execution.answer = answer;
  return [fenced(store(run, claim, answer.status, answer.body), claim)];
}

/** Keeps the claim whatever happens to its holder: with the first change or external effect, which must not come twice. */
export function holdClaim(run: FlowRun): readonly QueryConfig[] {
  const { claim } = run;
  return claim === undefined ? [] : [fenced(update(run, claim, "hold", []), claim)];
}

/** With the execution's record: what the transaction did not settle. A failure that changed nothing frees the key. */
export function settleAfterwards(run: FlowRun, outcome: Outcome): readonly QueryConfig[] {
  const { claim, execution } = run;
  if (claim === undefined || outcome.type === "replayed") return [];
  const isOver = run.effects.every(({ state }) => state === "failed" || state === "compensated");
  if (outcome.type === "failed" && run.committed === 0 && isOver) {
    return [releaseClaim(run, claim)];
  }
  const answer = answerOf(execution, outcome);
  return [store(run, claim, answer.status, answer.body)];
}

function store(run: FlowRun, claim: Claim, status: number, body: JsonValue): ReturnType<typeof update> {
  return update(run, claim, "store", [status, JSON.stringify(body)]);
}

/** Lets the next caller take the claim. */
export function releaseClaim(run: FlowRun, claim: Claim): QueryConfig {
  return update(run, claim, "release", []);
}

const changes = {
  hold: `"lease_until" = 'infinity'`,
  store: `"state" = 'done', "status" = $1, "response" = $2`,
  release: `"lease_until" = clock_timestamp() - interval '1 millisecond'`,
} as const;

function update(
  run: FlowRun,
  claim: Claim,
  change: keyof typeof changes,
  values: readonly unknown[],
): QueryConfig & { readonly name: string } {
  const { execution } = run;
  const given: unknown[] = [...values, execution.tool.tool.name, execution.id];
  const [tool, id] = [`$${String(values.length + 1)}`, `$${String(values.length + 2)}`];
  const names = claim.scopes.map((scope) => {
    const conditions = scopeColumns[claim.table].map((column, index) => {
      given.push(scope[index]);
      return `"${column}" = $${String(given.length)}`;
    });
    return `(${conditions.join(" AND ")})`;
  });
  return {
    name: `lintel_${change}_${claim.table}_${String(names.length)}`,
    text:
      `UPDATE "lintel"."${claim.table}" SET ${changes[change]} ` +
      `WHERE "tool" = ${tool} AND "execution_id" = ${id} AND (${names.join(" OR ")})`,
    values: given,
  };
}

/**
 * The same, and an error where another call has taken the claim over meanwhile: the COMMIT that follows in the same round trip
 * then rolls back. The error is a division by zero, of which there is no other around a claim; {@link asLostClaim} reads it.
 */
function fenced({ name, text, values = [] }: ReturnType<typeof update>, { scopes }: Claim): QueryConfig {
  const held = `WITH "held" AS (${text} RETURNING 1) `;
  const isWhole = `CASE WHEN count(*) = ${String(scopes.length)} THEN 1 ELSE 0 END`;
  return { name: `${name}_fenced`, text: `${held}SELECT 1 / (${isWhole}) FROM "held"`, values };
}

/** What a statement around a claim failed with: the problem of a claim that is another call's now, else the error itself. */
export function asLostClaim(error: unknown): unknown {
  const isLost = error instanceof Error && "code" in error && error.code === "22012";
  return isLost
    ? new ExecutionError("idempotency-key-in-use", { cause: error, headers: { "Retry-After": "1" } })
    : error;
}
