import type { QueryConfig } from "pg";
import type { Service } from "../service.ts";

/** What a person may ask for of an execution that waits for one. */
export type HandAction = "retry" | "compensate" | "accept";

/** The record of what a person asked for beside an execution; by the executor's role, which may only add. */
export function handEntry({ bundle }: Service, execution: string, action: HandAction, subject: string): QueryConfig {
  return {
    text:
      `INSERT INTO "lintel"."audit_log" ("kind", "execution_id", "outcome", "caller_subject", "details", "bundle_digest", "started_at") ` +
      `VALUES ('settlement', $1, $2, $3, $4, $5, clock_timestamp())`,
    values: [execution, action, subject.replaceAll("\0", ""), JSON.stringify({ byHand: action }), bundle.digest],
  };
}
