// Decision 0017: Node's own channels tell of each request that an execution sends, so that whoever sends it knows nothing of traces.
import { channel } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { type Span, type SpanContext, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { errorType, type Spans } from "./spans.ts";

/** What node:http tells (nodejs.org/api/diagnostics_channel.html, "HTTP"). */
interface Message {
  readonly request: ClientRequest;
  readonly response?: { readonly statusCode?: number };
  readonly error?: unknown;
}

/** A client span per request that is sent within an execution, named to the server by `traceparent`. Answers how to stop. */
export function traceRequests(spans: Spans): () => void {
  const open = new WeakMap<object, Span>();
  const listeners: Readonly<Record<string, (message: Message) => void>> = {
    "http.client.request.created": ({ request }) => begin(spans, request, open),
    "http.client.response.finish": ({ request, response }) => end(open, request, response?.statusCode),
    "http.client.request.error": ({ request, error }) => end(open, request, undefined, error),
  };
  const entries = Object.entries(listeners).map(
    ([name, listener]) => [name, (m: unknown) => listener(m as Message)] as const,
  );
  for (const [name, listener] of entries) channel(name).subscribe(listener);
  return () => {
    for (const [name, listener] of entries) channel(name).unsubscribe(listener);
  };
}

function begin(spans: Spans, request: Message["request"], open: WeakMap<object, Span>): void {
  const parent = spans.current.getStore();
  if (parent === undefined) return;
  const { method, protocol } = request;
  const { hostname, port } = new URL(`${protocol}//${String(request.getHeader("host"))}`);
  // Neither path nor query: values of the call may stand in them.
  const attributes = {
    "http.request.method": method,
    "server.address": hostname,
    "server.port": port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
  };
  const span = spans.tracer.startSpan(method, { kind: SpanKind.CLIENT, attributes }, parent);
  open.set(request, span);
  for (const [name, value] of traceHeaders(span.spanContext())) request.setHeader(name, value);
}

/** `traceparent` and `tracestate` (W3C Trace Context, sections 3.2 and 3.3). */
function traceHeaders({
  traceId,
  spanId,
  traceFlags,
  traceState,
}: SpanContext): readonly (readonly [string, string])[] {
  const state = traceState?.serialize() ?? "";
  const flags = traceFlags.toString(16).padStart(2, "0");
  return [
    ["traceparent", `00-${traceId}-${spanId}-${flags}`],
    ...(state === "" ? [] : [["tracestate", state] as const]),
  ];
}

function end(open: WeakMap<object, Span>, request: object, status: number | undefined, error?: unknown): void {
  const span = open.get(request);
  if (span === undefined) return;
  open.delete(request);
  if (status !== undefined) span.setAttribute("http.response.status_code", status);
  if (status === undefined) span.setAttribute("error.type", errorType(error));
  if (status === undefined || status >= 400) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
