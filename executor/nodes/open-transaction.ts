import type { FlowRun } from "../flow/flow-run.ts";
import type { Transaction } from "../flow/transaction.ts";

/** The transaction that the node's segment has opened; the plan sees to it that there is one. */
export function openTransaction({ transaction }: FlowRun): Transaction {
  if (transaction === undefined) throw new Error("the node runs outside any transaction");
  return transaction;
}
