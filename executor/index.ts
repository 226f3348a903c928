// The door of the executor.

export type { AuditProblem, AuditVerdict } from "./audit/audit-verdict.ts";
export { type AuditKey, auditKeysOf } from "./audit/seal-hash.ts";
export { type VerifyOptions, verifyAudit } from "./audit/verify-audit.ts";
export { buildProgram } from "./build.ts";
export { columnsOf, type EntityColumn } from "./database/columns.ts";
export {
  type MigrationPlan,
  type MigrationStep,
  type PlanOptions,
  planMigration,
  schemaStatements,
} from "./database/index.ts";
export { readerRole } from "./database/schema/reader-role.ts";
export { decodeValue } from "./database/sql/decode-value.ts";
export { encodeValue } from "./database/sql/encode-value.ts";
export { type CatalogueEntry, catalogue, type ErrorCode } from "./errors/catalogue.ts";
export { type ImageContext, writeImageContext } from "./image/write-context.ts";
export { createLogger } from "./log/logger.ts";
export { runMigration } from "./migrate.ts";
export { type Replay, replayExecution } from "./recovery/replay.ts";
export { type RunningServer, type StartOptions, startServer } from "./server/start.ts";
export { readSettings, type Settings, SettingsError, secretVariable } from "./settings.ts";
