// Decision 0027: alerts match lines of the log, because a metric of a log cannot be named by an alert until minutes after it is made.
import type * as gcp from "@pulumi/gcp";
import { type Input, interpolate, type Output } from "@pulumi/pulumi";

/** The line with which each sweep ends: `{message, recovered, parked, purged, sealed}`, by the executor. */
const sweepMessage = "the sweep has ended";

/** What of a sweep is drawn over time. */
export const sweepCounts = ["recovered", "parked"] as const;

/** The lines of a service's sweeps. */
function sweepsOf(service: Input<string>): Output<string> {
  return interpolate`resource.type = "cloud_run_revision" AND resource.labels.service_name = "${service}" AND jsonPayload.message = "${sweepMessage}"`;
}

/** Executions of which nobody knows how they ended, so that a person must look. */
export function parkedLines(service: Input<string>): Output<string> {
  return interpolate`${sweepsOf(service)} AND jsonPayload.parked > 0`;
}

/** Calls of the sweeper that failed, as Cloud Scheduler logs them: then nothing that was lost goes on. */
export function failedSweepLines(job: gcp.cloudscheduler.Job): Output<string> {
  return interpolate`resource.type = "cloud_scheduler_job" AND resource.labels.job_id = "${job.name}" AND severity >= ERROR`;
}

/** A count that every sweep logs, as a metric. */
export function sweepMetric(
  name: string,
  count: (typeof sweepCounts)[number],
  service: Input<string>,
): gcp.logging.MetricArgs {
  return {
    name: `${name}-${count}`,
    description: `Executions ${count} by the sweeper of the workspace ${name}`,
    filter: sweepsOf(service),
    valueExtractor: `EXTRACT(jsonPayload.${count})`,
    metricDescriptor: { metricKind: "DELTA", valueType: "DISTRIBUTION", unit: "1", displayName: `Executions ${count}` },
  };
}
