import type { ScheduleTrigger, Tool } from "@lintel/specs";
import * as gcp from "@pulumi/gcp";
import { type ComponentResourceOptions, interpolate } from "@pulumi/pulumi";
import { nameLimits, resourceName } from "../names.ts";
import { Part, type PartArgs } from "../part.ts";
import type { ExecutorService } from "../service/executor-service.ts";
import type { ServiceAccount } from "../service-accounts.ts";
import { type Transform, transformed } from "../transform.ts";

export interface SchedulesArgs extends PartArgs {
  readonly tools: readonly Tool[];
  readonly service: ExecutorService;
  readonly caller: ServiceAccount;
  /** Seconds that Cloud Scheduler waits for the answer, 15 to 1800. Default 180. */
  readonly attemptDeadlineSeconds?: number;
  readonly transform?: { readonly job?: Transform<gcp.cloudscheduler.JobArgs> };
}

/** One Cloud Scheduler job per cron tool. */
export class Schedules extends Part {
  /** By tool name. */
  readonly jobs: Readonly<Record<string, gcp.cloudscheduler.Job>>;

  constructor(name: string, args: SchedulesArgs, options?: ComponentResourceOptions) {
    super("Schedules", name, { project: args.project, region: args.region }, options);
    this.jobs = Object.fromEntries(
      args.tools.flatMap((tool) =>
        tool.trigger.type === "schedule" ? [[tool.name, this.#schedule(name, tool.name, tool.trigger, args)]] : [],
      ),
    );
    this.registerOutputs({});
  }

  #schedule(name: string, tool: string, trigger: ScheduleTrigger, args: SchedulesArgs): gcp.cloudscheduler.Job {
    const job: gcp.cloudscheduler.JobArgs = {
      project: args.project,
      region: args.region,
      name: resourceName(name, tool, nameLimits.schedule),
      description: `Calls the tool ${tool} of the workspace ${name}`,
      schedule: trigger.cron,
      timeZone: trigger.timeZone,
      attemptDeadline: `${args.attemptDeadlineSeconds ?? 180}s`,
      retryConfig: { retryCount: 3, minBackoffDuration: "5s", maxBackoffDuration: "300s" },
      httpTarget: {
        httpMethod: "POST",
        uri: interpolate`${args.service.url}/_lintel/schedules/${tool}`,
        // The service's fixed audience: its own URL is not known to it.
        oidcToken: { serviceAccountEmail: args.caller.email, audience: args.service.audience },
      },
    };
    // Allowed to call before the first call is due.
    const after = this.child([args.service.schedulerInvoker]);
    return new gcp.cloudscheduler.Job(`${name}-${tool}`, transformed(job, args.transform?.job), after);
  }
}
