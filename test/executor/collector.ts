import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

type Attributes = Readonly<Record<string, unknown>>;

export interface ReceivedSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  /** 2 is an error (opentelemetry.proto.trace.v1.Status). */
  readonly status: number;
  readonly attributes: Attributes;
}

export interface ReceivedPoint {
  readonly metric: string;
  readonly attributes: Attributes;
  /** Of a sum or a gauge; the count of a histogram. */
  readonly value: number;
}

/** A collector on loopback that decodes OTLP's JSON (github.com/open-telemetry/opentelemetry-proto, "JSON Protobuf Encoding"). */
export interface Collector {
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  /** The last export's points replace those before. */
  points(): readonly ReceivedPoint[];
  /** All that came, as text. */
  readonly bodies: readonly string[];
  readonly paths: ReadonlySet<string>;
  readonly resources: readonly Attributes[];
  stop(): Promise<void>;
}

interface KeyValue {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

export async function startCollector(): Promise<Collector> {
  const spans: ReceivedSpan[] = [];
  const bodies: string[] = [];
  const resources: Attributes[] = [];
  const paths = new Set<string>();
  let points: readonly ReceivedPoint[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      bodies.push(text);
      paths.add(`${String(request.headers["content-type"])} ${String(request.url)}`);
      const body = JSON.parse(text) as Exported;
      for (const { resource } of [...(body.resourceSpans ?? []), ...(body.resourceMetrics ?? [])]) {
        resources.push(attributesOf(resource.attributes));
      }
      spans.push(
        ...(body.resourceSpans ?? []).flatMap(({ scopeSpans }) => scopeSpans.flatMap((s) => s.spans.map(spanOf))),
      );
      if (body.resourceMetrics !== undefined) points = body.resourceMetrics.flatMap(pointsOf);
      response.setHeader("Content-Type", "application/json").end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    spans,
    points: () => points,
    bodies,
    paths,
    resources,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

interface Resource {
  readonly attributes: readonly KeyValue[];
}
interface SentSpan extends Omit<ReceivedSpan, "status" | "attributes"> {
  readonly status: { readonly code?: number };
  readonly attributes: readonly KeyValue[];
}
interface SentPoint {
  readonly attributes: readonly KeyValue[];
  readonly asInt?: string | number;
  readonly asDouble?: number;
  readonly count?: string | number;
}
interface SentMetric {
  readonly name: string;
  readonly sum?: { readonly dataPoints: readonly SentPoint[] };
  readonly gauge?: { readonly dataPoints: readonly SentPoint[] };
  readonly histogram?: { readonly dataPoints: readonly SentPoint[] };
}
interface Exported {
  readonly resourceSpans?: readonly {
    readonly resource: Resource;
    readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[];
  }[];
  readonly resourceMetrics?: readonly ResourceMetrics[];
}
interface ResourceMetrics {
  readonly resource: Resource;
  readonly scopeMetrics: readonly { readonly metrics: readonly SentMetric[] }[];
}

function spanOf({ name, kind, traceId, spanId, parentSpanId, status, attributes }: SentSpan): ReceivedSpan {
  return { name, kind, traceId, spanId, parentSpanId, status: status.code ?? 0, attributes: attributesOf(attributes) };
}

function pointsOf({ scopeMetrics }: ResourceMetrics): readonly ReceivedPoint[] {
  return scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .flatMap(({ name, sum, gauge, histogram }) =>
      [...(sum?.dataPoints ?? []), ...(gauge?.dataPoints ?? []), ...(histogram?.dataPoints ?? [])].map((point) => ({
        metric: name,
        attributes: attributesOf(point.attributes),
        value: Number(point.asInt ?? point.asDouble ?? point.count),
      })),
    );
}

function attributesOf(pairs: readonly KeyValue[]): Attributes {
  return Object.fromEntries(
    pairs.map(({ key, value }) => [key, "intValue" in value ? Number(value["intValue"]) : Object.values(value)[0]]),
  );
}
