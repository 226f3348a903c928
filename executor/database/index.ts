// What the rest of the executor uses of the database folder.
export { isServing } from "./migration/is-serving.ts";
export { type Deployment, type MigrateOptions, type MigrationReport, migrate } from "./migration/migrate.ts";
export { MigrationError } from "./migration/migration-error.ts";
export type { LockPatience, MigrationClient } from "./migration/migration-session.ts";
export { bindIds, bindStatement } from "./sql/bind-statement.ts";
export { compileStatements } from "./sql/compile-statements.ts";
export { readRows, writeRows } from "./sql/run-statement.ts";
export type {
  BindContext,
  BoundStatement,
  DatabaseClient,
  InvariantChecks,
  NodeStatements,
  ReadStatement,
  RowChange,
  Statement,
  StatementResult,
  ToolStatements,
  WriteOutcome,
  WriteStatement,
} from "./statement.ts";
export { StatementError } from "./statement.ts";
