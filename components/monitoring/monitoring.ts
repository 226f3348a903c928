import * as gcp from "@pulumi/gcp";
import { type ComponentResourceOptions, type Input, interpolate, type Output } from "@pulumi/pulumi";
import type { Migration } from "../migration/migration.ts";
import { Part, type PartArgs } from "../part.ts";
import type { ExecutorService } from "../service/executor-service.ts";
import { type Transform, transformed } from "../transform.ts";
import { dashboard } from "./dashboard.ts";
import { failedSweepLines, parkedLines, sweepCounts, sweepMetric } from "./sweeps.ts";

/** What a team chooses about its alerts. */
export interface MonitoringOptions {
  /** `projects/PROJECT/notificationChannels/ID`; without one, incidents show in the console only. */
  readonly notificationChannels?: readonly Input<string>[];
  /** Server errors per second, averaged over five minutes, above which an alert opens. Default 0.1. */
  readonly serverErrorRate?: number;
  /** 95th percentile of latency in milliseconds above which an alert opens. Default 2000. */
  readonly latencyMs?: number;
}

export interface MonitoringArgs extends PartArgs, MonitoringOptions {
  readonly service: ExecutorService;
  readonly migration: Migration;
  /** The job that calls the sweeper, where there is one. */
  readonly sweeper?: gcp.cloudscheduler.Job;
  readonly transform?: {
    readonly alert?: Transform<gcp.monitoring.AlertPolicyArgs>;
    readonly dashboard?: Transform<gcp.monitoring.DashboardArgs>;
    readonly metric?: Transform<gcp.logging.MetricArgs>;
  };
}

/** A dashboard, and alerts for server errors, slow answers, failed migrations, executions that need a person and failed sweeps. */
export class Monitoring extends Part {
  readonly dashboard: gcp.monitoring.Dashboard;
  readonly alerts: readonly gcp.monitoring.AlertPolicy[];
  /** Of what sweeps did. */
  readonly metrics: readonly gcp.logging.Metric[];

  constructor(name: string, args: MonitoringArgs, options?: ComponentResourceOptions) {
    super("Monitoring", name, { project: args.project }, options);
    const service = args.service.service.name;
    this.metrics = sweepCounts.map((count) => this.#count(name, count, args, service));
    this.dashboard = this.#makeDashboard(name, args, service);
    this.alerts = [
      this.#alert(name, "server-errors", args, {
        filter: interpolate`resource.type = "cloud_run_revision" AND resource.labels.service_name = "${service}" AND metric.type = "run.googleapis.com/request_count" AND metric.labels.response_code_class = "5xx"`,
        threshold: args.serverErrorRate ?? 0.1,
        aligner: "ALIGN_RATE",
      }),
      this.#alert(name, "latency", args, {
        filter: interpolate`resource.type = "cloud_run_revision" AND resource.labels.service_name = "${service}" AND metric.type = "run.googleapis.com/request_latencies"`,
        threshold: args.latencyMs ?? 2000,
        aligner: "ALIGN_PERCENTILE_95",
      }),
      this.#alert(name, "failed-migration", args, {
        filter: interpolate`resource.type = "cloud_run_job" AND resource.labels.job_name = "${args.migration.job.name}" AND metric.type = "run.googleapis.com/job/completed_execution_count" AND metric.labels.result = "failed"`,
        threshold: 0,
        aligner: "ALIGN_DELTA",
      }),
      this.#logAlert(name, "parked", args, parkedLines(service)),
      ...(args.sweeper === undefined
        ? []
        : [this.#logAlert(name, "failed-sweep", args, failedSweepLines(args.sweeper, service))]),
    ];
    this.registerOutputs({});
  }

  #makeDashboard(name: string, args: MonitoringArgs, service: Output<string>): gcp.monitoring.Dashboard {
    const metrics = this.metrics.map((metric) => metric.name);
    const wanted = { project: args.project, dashboardJson: dashboard(name, service, metrics) };
    return new gcp.monitoring.Dashboard(
      `${name}-dashboard`,
      transformed(wanted, args.transform?.dashboard),
      this.child(),
    );
  }

  #count(
    name: string,
    count: (typeof sweepCounts)[number],
    { project, transform }: MonitoringArgs,
    service: Output<string>,
  ): gcp.logging.Metric {
    const wanted = { project, ...sweepMetric(name, count, service) };
    return new gcp.logging.Metric(`${name}-${count}`, transformed(wanted, transform?.metric), this.child());
  }

  #alert(
    name: string,
    what: string,
    args: MonitoringArgs,
    { filter, threshold, aligner }: { filter: Output<string>; threshold: number; aligner: string },
  ): gcp.monitoring.AlertPolicy {
    const conditionThreshold = {
      filter,
      comparison: "COMPARISON_GT",
      thresholdValue: threshold,
      duration: "0s",
      aggregations: [{ alignmentPeriod: "300s", perSeriesAligner: aligner }],
    };
    return this.#policy(name, what, args, { conditions: [{ displayName: what, conditionThreshold }] });
  }

  /** Tells of matching lines once an hour; Google wants such a limit. */
  #logAlert(name: string, what: string, args: MonitoringArgs, filter: Output<string>): gcp.monitoring.AlertPolicy {
    return this.#policy(name, what, args, {
      conditions: [{ displayName: what, conditionMatchedLog: { filter } }],
      alertStrategy: { notificationRateLimit: { period: "3600s" }, autoClose: "86400s" },
    });
  }

  #policy(
    name: string,
    what: string,
    args: MonitoringArgs,
    rest: Pick<gcp.monitoring.AlertPolicyArgs, "conditions" | "alertStrategy">,
  ): gcp.monitoring.AlertPolicy {
    const wanted: gcp.monitoring.AlertPolicyArgs = {
      project: args.project,
      displayName: `${name}: ${what}`,
      combiner: "OR",
      notificationChannels: [...(args.notificationChannels ?? [])],
      userLabels: { ...args.labels },
      ...rest,
    };
    return new gcp.monitoring.AlertPolicy(`${name}-${what}`, transformed(wanted, args.transform?.alert), this.child());
  }
}
