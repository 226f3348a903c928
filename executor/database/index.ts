// What the rest of the executor uses of the database folder.
export { isServing } from "./migration/is-serving.ts";
export { type Deployment, type MigrationReport, migrate } from "./migration/migrate.ts";
export {
  type MigrationPlan,
  type MigrationStep,
  type PlanOptions,
  planMigration,
} from "./migration/plan-migration.ts";
export { schemaStatements } from "./migration/schema-script.ts";
export { bindLast } from "./sql/bind-statement.ts";
export { readCascaded } from "./sql/cascaded-rows.ts";
export { compileStatements } from "./sql/compile-statements.ts";
export { runRawRead } from "./sql/run-raw-read.ts";
export { readPage, readRows, writeRows } from "./sql/run-statement.ts";
export type {
  BindContext,
  DatabaseClient,
  DependentCheck,
  NodeStatements,
  Statement,
  ToolStatements,
  WriteOutcome,
  WriteStatement,
} from "./statement.ts";
export { StatementError } from "./statement.ts";
