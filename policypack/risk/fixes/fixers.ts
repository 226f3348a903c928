// One fixer per kind of fix; a kind without one does not compile.
import type { FixKind } from "../finding.ts";
import { addCompensation } from "./add-compensation.ts";
import { addLimit } from "./add-limit.ts";
import { addRetry } from "./add-retry.ts";
import { addTimeout } from "./add-timeout.ts";
import { addWhereOrLimit } from "./add-where-or-limit.ts";
import { breakCycle } from "./break-cycle.ts";
import { byHand } from "./by-hand.ts";
import type { Fixer } from "./fixer.ts";
import { moveOutOfTransaction } from "./move-out-of-transaction.ts";
import { softDelete } from "./soft-delete.ts";
import { wrapInTransaction } from "./wrap-in-transaction.ts";

export const fixers: Readonly<Record<FixKind, Fixer>> = {
  "wrap-in-transaction": wrapInTransaction,
  "move-out-of-transaction": moveOutOfTransaction,
  "add-retry": addRetry,
  "add-timeout": addTimeout,
  "add-where-or-limit": addWhereOrLimit,
  "add-limit": addLimit,
  "add-compensation": addCompensation,
  "soft-delete": softDelete,
  "break-cycle": breakCycle,
  // Who may call a tool or see a field, and which rows a loop needs, no spec says.
  authorize: byHand,
  "scope-access": byHand,
  "hide-field": byHand,
  "batch-read": byHand,
  "by-hand": byHand,
};
