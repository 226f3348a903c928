import type { SealLimits } from "../../../executor/audit/seal-audit.ts";
import { createLogger, verifyAudit } from "../../../executor/index.ts";
import type { SealedDatabase } from "./sealed-database.ts";

const log = createLogger("silent");

/** A minute, and nothing logged, where a test says nothing else. */
export function limits(more: Partial<SealLimits> = {}): SealLimits {
  return { deadline: Date.now() + 60_000, log, ...more };
}

/** What the verifier finds: the kind of each problem, with its row. */
export async function types(
  db: SealedDatabase,
  options: Parameters<typeof verifyAudit>[1] = {},
): Promise<readonly string[]> {
  const { problems } = await verifyAudit(db.admin, options);
  return problems.map(({ type, row }) => (row === undefined ? type : `${type} ${row}`));
}
