import {
  type Context,
  createTraceState,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import type { Answer, Call } from "../admission/call.ts";
import type { CompiledTool } from "../boot/compile-tool.ts";
import type { Trace } from "../log/trace.ts";
import type { Entrances } from "./observation.ts";
import type { Spans } from "./spans.ts";

/** One server span per call, below the caller's. The log's lines and the calls that the flow makes name this span. */
export function traceEntrances({ execute, refuse }: Entrances, spans: Spans): Entrances {
  return {
    execute: (service, tool, call) => traced(spans, tool, call, (own) => execute(service, tool, own)),
    refuse: (service, tool, call, error) => traced(spans, tool, call, (own) => refuse(service, tool, own, error)),
  };
}

function traced(spans: Spans, tool: CompiledTool, call: Call, work: (call: Call) => Promise<Answer>): Promise<Answer> {
  const { name, trigger } = tool.tool;
  const method = trigger.type === "http" ? trigger.method : "POST";
  const route = trigger.type === "schedule" ? `/_lintel/schedules/${name}` : trigger.path;
  const attributes = {
    "http.request.method": method,
    "http.route": route,
    "lintel.tool": name,
    "lintel.trigger": trigger.type,
  };
  const options = { kind: SpanKind.SERVER, attributes, parent: contextOf(call.trace) };
  return spans.inside(`${method} ${route}`, options, async (span) => {
    const { traceId, spanId, traceFlags } = span.spanContext();
    const isSampled = (traceFlags & TraceFlags.SAMPLED) !== 0;
    const answer = await work({ ...call, trace: { ...call.trace, traceId, spanId, isSampled } });
    span.setAttribute("http.response.status_code", answer.status);
    if (answer.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    return answer;
  });
}

/** Where the caller's span stands (W3C Trace Context). */
function contextOf(caller: Trace | undefined): Context {
  if (caller === undefined) return ROOT_CONTEXT;
  const { traceId, spanId, isSampled, state } = caller;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
    ...(state === undefined ? {} : { traceState: createTraceState(state) }),
  });
}
