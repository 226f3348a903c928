import type { Concurrency } from "@lintel/specs";
import { acquire } from "../connection/acquire.ts";
import { gatherTurn } from "../connection/send-together.ts";
import type { CompiledSegment } from "../flow/compiled-node.ts";
import type { FlowRun } from "../flow/flow-run.ts";
import type { Transaction } from "../flow/transaction.ts";

/** Rows that must be unique rest on constraints and locks; the levels below only say what a transaction sees. */
const isolation: Readonly<Record<Concurrency, string>> = {
  optimistic: "READ COMMITTED",
  pessimistic: "READ COMMITTED",
  serializable: "SERIALIZABLE",
};

/**
 * Step 4: opens the segment's transaction, READ ONLY (one snapshot) where it only reads. Segments outside any transaction
 * get none. BEGIN goes out with the first statement.
 */
export async function startTransaction(run: FlowRun, segment: CompiledSegment): Promise<Transaction | undefined> {
  run.budget.checkTime();
  if (segment.type !== "transaction" && segment.type !== "read") return undefined;
  const isReadOnly = segment.type === "read";
  const { service, tool } = run.execution;
  const client = await acquire(service.pool);
  gatherTurn(client);
  const level = isReadOnly ? "REPEATABLE READ" : isolation[tool.tool.concurrency];
  const begun = client.query(`BEGIN ISOLATION LEVEL ${level} READ ${isReadOnly ? "ONLY" : "WRITE"}`);
  // Its failure is reported when the transaction ends; until then nobody waits for it.
  begun.catch(() => undefined);
  run.transaction = {
    client,
    isReadOnly,
    segment: segment.nodes.map(({ id }) => id).join(" "),
    isLast: segment === tool.flow.segments.at(-1),
    begun,
    touched: [],
    savepoints: 0,
  };
  return run.transaction;
}
