import type { Output } from "@pulumi/pulumi";

/** Requests, errors, latency and instances of a service, as Cloud Monitoring's JSON. */
export function dashboard(name: string, service: Output<string>): Output<string> {
  return service.apply((id) =>
    JSON.stringify({ displayName: `Lintel ${name}`, gridLayout: { columns: "2", widgets: widgets(id) } }),
  );
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
  const filter = `resource.type="cloud_run_revision" resource.label.service_name="${service}" metric.type="run.googleapis.com/${metric}"`;
  const grouping = groupBy === undefined ? {} : { crossSeriesReducer: "REDUCE_SUM", groupByFields: [groupBy] };
  const aggregation = { alignmentPeriod: "60s", perSeriesAligner, ...grouping };
  return {
    title,
    xyChart: { dataSets: [{ plotType: "LINE", timeSeriesQuery: { timeSeriesFilter: { filter, aggregation } } }] },
  };
}
