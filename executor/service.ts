import type { Bundle, JsonObject } from "@lintel/specs";
import type { Pool } from "pg";
import type { Logger } from "pino";
import type { CallRate } from "./admission/call-rate.ts";
import type { RefusalCounter } from "./audit/refusal-counter.ts";
import type { AuditKey } from "./audit/seal-hash.ts";
import type { VerifyToken } from "./auth/verify-token.ts";
import type { CompiledTool } from "./boot/compile-tool.ts";
import type { ConstraintNames } from "./errors/database-error.ts";
import type { Durability } from "./journal/durability.ts";
import type { Steps } from "./steps/steps.ts";

/** What every execution shares: compiled once when the process starts, never changed. */
export interface Service {
  readonly bundle: Bundle;
  readonly tools: ReadonlyMap<string, CompiledTool>;
  /** The workspace as expressions read it. */
  readonly workspace: JsonObject;
  readonly constraints: ConstraintNames;
  readonly steps: Steps;
  readonly pool: Pool;
  readonly durability: Durability;
  readonly log: Logger;
  /** Milliseconds since 1970: what executions draw their `now` from. Timeouts and budgets run on the machine's own clock. */
  readonly clock: () => number;
  readonly verifyCaller: VerifyToken;
  readonly verifySchedule: VerifyToken;
  readonly refusals: RefusalCounter;
  /** Undefined where the workspace sets no limit. */
  readonly callRate: CallRate | undefined;
  /** Signs seals of the audit log. */
  readonly auditKey: AuditKey | undefined;
  /** The Google Cloud project, for names of traces. */
  readonly project: string | undefined;
}
