import { all, type Output } from "@pulumi/pulumi";

/** Requests, errors, latency and instances of a service, and metrics of its log, as Cloud Monitoring's JSON. */
export function dashboard(name: string, service: Output<string>, metrics: readonly Output<string>[]): Output<string> {
  return all([service, ...metrics]).apply(([id = "", ...names]) => {
    const charts = [...widgets(id), ...names.map((metric) => logChart(metric, id))];
    return JSON.stringify({ displayName: `Lintel ${name}`, gridLayout: { columns: "2", widgets: charts } });
  });
}

function widgets(service: string): readonly object[] {
  return [
    chart("Requests by status", service, "request_count", "ALIGN_RATE", "metric.label.response_code_class"),
    chart("Latency, 95th percentile", service, "request_latencies", "ALIGN_PERCENTILE_95"),
    chart("Instances", service, "container/instance_count", "ALIGN_MAX", "metric.label.state"),
    chart("Concurrent requests", service, "container/max_request_concurrencies", "ALIGN_PERCENTILE_95"),
  ];
}

function chart(title: string, service: string, metric: string, perSeriesAligner: string, groupBy?: string): object {
  const grouping = groupBy === undefined ? {} : { crossSeriesReducer: "REDUCE_SUM", groupByFields: [groupBy] };
  return lineChart(title, service, `run.googleapis.com/${metric}`, { perSeriesAligner, ...grouping });
}

/** The mean of the counts that were logged: at one sweep a minute, the count itself. */
function logChart(metric: string, service: string): object {
  const mean = { perSeriesAligner: "ALIGN_DELTA", crossSeriesReducer: "REDUCE_MEAN" };
  return lineChart(`Sweeps: ${metric}`, service, `logging.googleapis.com/user/${metric}`, mean);
}

function lineChart(title: string, service: string, metric: string, how: object): object {
  const filter = `resource.type="cloud_run_revision" resource.label.service_name="${service}" metric.type="${metric}"`;
  const aggregation = { alignmentPeriod: "60s", ...how };
  return {
    title,
    xyChart: { dataSets: [{ plotType: "LINE", timeSeriesQuery: { timeSeriesFilter: { filter, aggregation } } }] },
  };
}
