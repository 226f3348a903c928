// Decision 0017: this file and all that it imports is loaded when the process starts with telemetry on, and never otherwise.
import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout } from "node:timers/promises";
import { DiagLogLevel, diag } from "@opentelemetry/api";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, detectResources, envDetector, type Resource } from "@opentelemetry/resources";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, BatchSpanProcessor, type SpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { Logger } from "pino";
import { measureExecutions } from "./measure-executions.ts";
import { measureNodes } from "./measure-nodes.ts";
import { measurePool } from "./measure-pool.ts";
import type { Observation } from "./observation.ts";
import { type Spans, spansOf } from "./spans.ts";
import type { TelemetrySettings } from "./telemetry-settings.ts";
import { traceEntrances } from "./trace-entrances.ts";
import { traceRequests } from "./trace-requests.ts";
import { traceSteps } from "./trace-steps.ts";

/** Milliseconds for what is left when the process ends. */
const closingTime = 2000;

/** Sends spans and metrics by OTLP, as the OTEL_* variables of the process say (opentelemetry.io/docs/specs/otel/configuration). */
export function openTelemetry(settings: TelemetrySettings, log: Logger): Observation {
  reportTrouble(log);
  const current: Spans["current"] = new AsyncLocalStorage();
  const resource = resourceOf();
  const tracing = new BasicTracerProvider({
    resource,
    spanProcessors: settings.traces ? [spanProcessor(current)] : [],
  });
  const metering = new MeterProvider({ resource, readers: settings.metrics ? [metricReader(settings)] : [] });
  const spans = spansOf(tracing.getTracer("lintel"), current);
  const meter = metering.getMeter("lintel");
  const countExecution = measureExecutions(meter);
  const observeNode = measureNodes(meter, spans);
  const stopRequests = traceRequests(spans);
  return {
    entrances: (entrances) => traceEntrances(entrances, spans),
    steps: (steps) => traceSteps(steps, spans, countExecution),
    externalNode: observeNode,
    pool: (pool) => measurePool(pool, meter),
    close: async () => {
      stopRequests();
      const limit = new AbortController();
      await Promise.race([
        Promise.allSettled([tracing.shutdown(), metering.shutdown()]),
        setTimeout(closingTime, undefined, { signal: limit.signal, ref: false }).catch(() => undefined),
      ]);
      limit.abort();
    },
  };
}

function resourceOf(): Resource {
  return defaultResource().merge(detectResources({ detectors: [envDetector] }));
}

/** Batches are sent outside of any execution, so that sending is not traced itself. */
function spanProcessor(current: Spans["current"]): SpanProcessor {
  const batch = new BatchSpanProcessor(new OTLPTraceExporter());
  return {
    onStart: (span, parent) => batch.onStart(span, parent),
    onEnd: (span) => current.exit(() => batch.onEnd(span)),
    forceFlush: () => batch.forceFlush(),
    shutdown: () => batch.shutdown(),
  };
}

function metricReader({ exportInterval, exportTimeout }: TelemetrySettings): PeriodicExportingMetricReader {
  return new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    exportIntervalMillis: exportInterval,
    exportTimeoutMillis: Math.min(exportTimeout, exportInterval),
  });
}

/** The libraries tell of a collector that cannot be reached, and of variables that they cannot read, nowhere else. */
function reportTrouble(log: Logger): void {
  const warn = (message: string): void => log.warn({ telemetry: message.slice(0, 500) }, "telemetry has trouble");
  diag.setLogger(
    { error: warn, warn, info: () => undefined, debug: () => undefined, verbose: () => undefined },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}
