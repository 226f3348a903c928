// One line per rule; Red first, then in the order of the docs.
import type { Rule } from "../rule.ts";
import { cyclicFlow } from "./cyclic-flow/rule.ts";
import { externalCallInTransaction } from "./external-call-in-transaction/rule.ts";
import { externalCallInTransition } from "./external-call-in-transition/rule.ts";
import { externalReadInTransaction } from "./external-read-in-transaction/rule.ts";
import { hardDelete } from "./hard-delete/rule.ts";
import { highRowImpact } from "./high-row-impact/rule.ts";
import { missingRetry } from "./missing-retry/rule.ts";
import { missingTimeout } from "./missing-timeout/rule.ts";
import { paymentOverHttp } from "./payment-over-http/rule.ts";
import { paymentWithoutCompensation } from "./payment-without-compensation/rule.ts";
import { publicTool } from "./public-tool/rule.ts";
import { rawRead } from "./raw-read/rule.ts";
import { rawWrite } from "./raw-write/rule.ts";
import { readInLoop } from "./read-in-loop/rule.ts";
import { sensitiveOutput } from "./sensitive-output/rule.ts";
import { unboundedUpdate } from "./unbounded-update/rule.ts";
import { uncompensatedHttp } from "./uncompensated-http/rule.ts";
import { unlimitedRead } from "./unlimited-read/rule.ts";
import { unscopedAccess } from "./unscoped-access/rule.ts";
import { writeOutsideTransaction } from "./write-outside-transaction/rule.ts";

export const rules: readonly Rule[] = [
  rawWrite,
  unboundedUpdate,
  paymentWithoutCompensation,
  writeOutsideTransaction,
  hardDelete,
  externalCallInTransaction,
  cyclicFlow,
  paymentOverHttp,
  externalCallInTransition,
  missingRetry,
  missingTimeout,
  highRowImpact,
  unlimitedRead,
  rawRead,
  externalReadInTransaction,
  uncompensatedHttp,
  publicTool,
  unscopedAccess,
  readInLoop,
  sensitiveOutput,
];
