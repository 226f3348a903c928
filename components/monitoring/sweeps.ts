// Decision 0024: alerts match lines of the log, because a metric of a log cannot be named by an alert until minutes after it is made.
import type * as gcp from "@pulumi/gcp";
import { type Input, interpolate, type Output } from "@pulumi/pulumi";

/** The line with which each sweep ends: `{message, recovered, parked, purged, sealed}`, by the executor. */
const sweepMessage = "the sweep has ended";

/** What of a sweep is drawn over time. */
export const sweepCounts = ["recovered", "parked"] as const;

/** With one of these the sweep goes on to its other tasks. */
const failedTaskMessage = "a task of the sweep failed";

function linesOf(service: Input<string>, message: string): Output<string> {
  return interpolate`resource.type = "cloud_run_revision" AND resource.labels.service_name = "${service}" AND jsonPayload.message = "${message}"`;
}

/** Executions of which nobody knows how they ended, so that a person must look. */
export function parkedLines(service: Input<string>): Output<string> {
  return interpolate`${linesOf(service, sweepMessage)} AND jsonPayload.parked > 0`;
}

/** Calls that failed, as Cloud Scheduler logs them, and parts of a sweep that failed, as the executor does. */
export function failedSweepLines(job: gcp.cloudscheduler.Job, service: Input<string>): Output<string> {
  const call = interpolate`resource.type = "cloud_scheduler_job" AND resource.labels.job_id = "${job.name}" AND severity >= ERROR`;
  return interpolate`(${call}) OR (${linesOf(service, failedTaskMessage)})`;
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
    filter: linesOf(service, sweepMessage),
    valueExtractor: `EXTRACT(jsonPayload.${count})`,
    metricDescriptor: { metricKind: "DELTA", valueType: "DISTRIBUTION", unit: "1", displayName: `Executions ${count}` },
  };
}
