import type { RunningTasks } from "../run/execution.ts";
import type { ServiceRunner } from "../run/service-runner.ts";
import type { Scheduler } from "../schedule/scheduler.ts";
import type { LoginRules } from "../sql/database-servers.ts";
import type { Handlers, World } from "../world.ts";
import { artifactRegistryHandlers } from "./artifact-registry.ts";
import { cloudSchedulerHandlers } from "./cloud-scheduler.ts";
import { computeHandlers } from "./compute.ts";
import { iamHandlers } from "./iam.ts";
import { iamCredentialsHandlers } from "./iam-credentials.ts";
import { kmsHandlers } from "./kms.ts";
import { loggingHandlers } from "./logging.ts";
import { monitoringHandlers } from "./monitoring.ts";
import { resourceManagerHandlers } from "./resource-manager.ts";
import { runJobHandlers } from "./run-jobs.ts";
import { runServiceHandlers } from "./run-services.ts";
import { secretManagerHandlers } from "./secret-manager.ts";
import { serviceNetworkingHandlers } from "./service-networking.ts";
import { serviceUsageHandlers } from "./service-usage.ts";
import { sqlAdminHandlers } from "./sql-admin.ts";

/** What makes some of the APIs real. */
export interface Machinery {
  readonly running: RunningTasks;
  readonly runner: ServiceRunner;
  readonly scheduler: Scheduler;
  readonly rules: LoginRules;
}

/** Every method that the emulator has. */
export function allHandlers(world: World, machinery: Machinery): Handlers {
  return {
    ...serviceUsageHandlers(world),
    ...resourceManagerHandlers(world),
    ...iamHandlers(world),
    ...iamCredentialsHandlers(world),
    ...computeHandlers(world),
    ...serviceNetworkingHandlers(world),
    ...sqlAdminHandlers(world, machinery.rules),
    ...secretManagerHandlers(world),
    ...artifactRegistryHandlers(world),
    ...runServiceHandlers(world, machinery.runner),
    ...runJobHandlers(world, machinery.running),
    ...cloudSchedulerHandlers(world, machinery.scheduler),
    ...monitoringHandlers(world),
    ...loggingHandlers(world),
    ...kmsHandlers(world),
  };
}
