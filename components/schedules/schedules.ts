import type { ScheduleTrigger, Tool } from "@lintel/specs";
import * as gcp from "@pulumi/gcp";
import { type ComponentResourceOptions, interpolate } from "@pulumi/pulumi";
import { nameLimits, resourceName } from "../names.ts";
import { Part, type PartArgs } from "../part.ts";
import type { ExecutorService } from "../service/executor-service.ts";
import type { ServiceAccount } from "../service-accounts.ts";
import { type Transform, transformed } from "../transform.ts";

/** How the sweeper is called: it takes up what a killed instance left, removes what has expired and seals the audit log. */
export interface SweeperOptions {
  /** Cron expression, in UTC. Default every minute, which is then the time after which lost work goes on. */
  readonly schedule?: string;
}

export interface SchedulesArgs extends PartArgs {
  readonly tools: readonly Tool[];
  readonly service: ExecutorService;
  readonly caller: ServiceAccount;
  /** Default every minute. `false`: somebody else calls `POST /_lintel/sweep`, or what is lost waits for the next start of an instance. */
  readonly sweeper?: SweeperOptions | false;
  /** Seconds that Cloud Scheduler waits for the answer, 15 to 1800. Default: as long as a request may take, at least 180. */
  readonly attemptDeadlineSeconds?: number;
  readonly transform?: { readonly job?: Transform<gcp.cloudscheduler.JobArgs> };
}

/** What one job is about. */
interface Call {
  /** Last part of the job's name. */
  readonly job: string;
  readonly description: string;
  readonly path: string;
  readonly schedule: string;
  readonly timeZone: string;
  /** After an attempt that failed. */
  readonly retryConfig: gcp.types.input.cloudscheduler.JobRetryConfig;
}

/** One Cloud Scheduler job per cron tool, and one that calls the sweeper. */
export class Schedules extends Part {
  /** By tool name. */
  readonly jobs: Readonly<Record<string, gcp.cloudscheduler.Job>>;
  /** Absent when it is switched off. */
  readonly sweeper?: gcp.cloudscheduler.Job;

  constructor(name: string, args: SchedulesArgs, options?: ComponentResourceOptions) {
    super("Schedules", name, { project: args.project, region: args.region }, options);
    this.jobs = Object.fromEntries(
      args.tools.flatMap(({ name: tool, trigger }) =>
        trigger.type === "schedule"
          ? [[tool, this.#schedule(`${name}-${tool}`, callOfTool(name, tool, trigger), args)]]
          : [],
      ),
    );
    // An underscore: no tool has one in its name.
    if (args.sweeper !== false) {
      this.sweeper = this.#schedule(`${name}_sweep`, callOfSweeper(name, args.sweeper ?? {}), args);
    }
    this.registerOutputs({});
  }

  #schedule(resource: string, call: Call, args: SchedulesArgs): gcp.cloudscheduler.Job {
    const job: gcp.cloudscheduler.JobArgs = {
      project: args.project,
      region: args.region,
      name: call.job,
      description: call.description,
      schedule: call.schedule,
      timeZone: call.timeZone,
      attemptDeadline: `${args.attemptDeadlineSeconds ?? longestWait(args.service)}s`,
      retryConfig: call.retryConfig,
      httpTarget: {
        httpMethod: "POST",
        uri: interpolate`${args.service.url}${call.path}`,
        // The service's fixed audience: its own URL is not known to it.
        oidcToken: { serviceAccountEmail: args.caller.email, audience: args.service.audience },
      },
    };
    // Allowed to call before the first call is due.
    const after = this.child([args.service.schedulerInvoker]);
    return new gcp.cloudscheduler.Job(resource, transformed(job, args.transform?.job), after);
  }
}

function callOfTool(name: string, tool: string, { cron, timeZone }: ScheduleTrigger): Call {
  return {
    job: resourceName(name, tool, nameLimits.schedule),
    description: `Calls the tool ${tool} of the workspace ${name}`,
    path: `/_lintel/schedules/${tool}`,
    schedule: cron,
    timeZone,
    retryConfig: { retryCount: 3, minBackoffDuration: "5s", maxBackoffDuration: "300s" },
  };
}

/** Not tried again: the next minute's call does that. */
function callOfSweeper(name: string, { schedule }: SweeperOptions): Call {
  return {
    job: resourceName(`${name}_sweep`, "", nameLimits.schedule),
    description: `Calls the sweeper of the workspace ${name}`,
    path: "/_lintel/sweep",
    schedule: schedule ?? "* * * * *",
    timeZone: "Etc/UTC",
    retryConfig: { retryCount: 0 },
  };
}

/** Cloud Scheduler waits half an hour at most (scheduler/docs/reference/rest/v1/projects.locations.jobs, attemptDeadline). */
function longestWait({ timeoutSeconds }: ExecutorService): number {
  return Math.min(Math.max(timeoutSeconds, 180), 1800);
}
