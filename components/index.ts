// The door of the components: a whole workspace, and each of its parts for use on its own.
export { Apis, type ApisArgs, neededApis } from "./apis.ts";
export { Database } from "./database/database.ts";
export type {
  DatabaseArgs,
  DatabaseOptions,
  DatabaseTransforms,
  ExistingInstance,
} from "./database/database-args.ts";
export {
  ExecutorImage,
  type ExecutorImageArgs,
  type ImageBuild,
  type ImageTransforms,
} from "./image/executor-image.ts";
export type { ImageContext } from "./image/image-context.ts";
export { Migration, type MigrationArgs, type MigrationTransforms } from "./migration/migration.ts";
export { Monitoring, type MonitoringArgs, type MonitoringOptions } from "./monitoring/monitoring.ts";
export { type ExistingNetwork, Network, type NetworkArgs, type NetworkTransforms } from "./network/network.ts";
export type { PartArgs } from "./part.ts";
export { Schedules, type SchedulesArgs, type SweeperOptions } from "./schedules/schedules.ts";
export { ExecutorKey, type ExecutorKeyArgs, type KeyPurpose, type KeySource } from "./secrets/executor-key.ts";
export {
  type SecretReference,
  type SecretSource,
  Secrets,
  type SecretsArgs,
  type SecretsTransforms,
} from "./secrets/secrets.ts";
export { ExecutorService } from "./service/executor-service.ts";
export type {
  AdminOptions,
  ExecutorServiceArgs,
  ServiceOptions,
  ServiceTransforms,
} from "./service/executor-service-args.ts";
export type { Ingress } from "./service/ingress.ts";
export type { Verdict } from "./service/verdict-labels.ts";
export { type Identity, type ServiceAccount, ServiceAccounts, type ServiceAccountsArgs } from "./service-accounts.ts";
export type { Transform } from "./transform.ts";
export { Entity, type EntityArgs } from "./workspace/entity.ts";
export { Tool, type ToolArgs } from "./workspace/tool.ts";
export { Workspace } from "./workspace/workspace.ts";
export type { Existing, WorkspaceArgs, WorkspaceTransforms } from "./workspace/workspace-args.ts";
