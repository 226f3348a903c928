import { audit } from "./audit.ts";
import { authorize } from "./authorize.ts";
import { checkPolicies } from "./check-policies.ts";
import { commit } from "./commit.ts";
import { enforceInvariants } from "./enforce-invariants.ts";
import { executeFlow } from "./execute-flow.ts";
import { respond } from "./respond.ts";
import { startTransaction } from "./start-transaction.ts";
import { validateInput } from "./validate-input.ts";

/** The nine steps: as values, so that telemetry can put others around them when the process starts, at no cost where it is off. */
export const nineSteps = {
  validateInput,
  authorize,
  checkPolicies,
  startTransaction,
  executeFlow,
  enforceInvariants,
  commit,
  audit,
  respond,
} as const;

export type Steps = Readonly<typeof nineSteps>;
