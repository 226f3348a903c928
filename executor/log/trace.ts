/** A request's place in a distributed trace. */
export interface Trace {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  /** Whether the caller records its part. */
  readonly isSampled: boolean;
  /** `tracestate`, to be passed on as it came. */
  readonly state?: string;
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** From `traceparent` (W3C Trace Context) or `X-Cloud-Trace-Context` (cloud.google.com/trace/docs/trace-context). */
export function readTrace(headers: Headers): Trace | undefined {
  const trace = readStandard(headers) ?? readGoogle(text(headers["x-cloud-trace-context"]));
  // Nothing but zeros is no id (W3C Trace Context, section 3.2.2).
  return trace === undefined || /^0+$/u.test(trace.traceId) || /^0+$/u.test(trace.spanId) ? undefined : trace;
}

function readStandard(headers: Headers): Trace | undefined {
  const parts = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/u;
  const [, traceId, spanId, flags] = parts.exec(text(headers["traceparent"])) ?? [];
  if (traceId === undefined || spanId === undefined) return undefined;
  const state = text(headers["tracestate"]);
  const isSampled = (Number.parseInt(flags ?? "0", 16) & 1) === 1;
  // Longer ones may be dropped (section 3.3.1.5).
  return { traceId, spanId, isSampled, ...(state === "" || state.length > 512 ? {} : { state }) };
}

function readGoogle(header: string): Trace | undefined {
  const [, traceId, span, option] = /^([0-9a-f]{32})\/(\d{1,20})(?:;o=(\d))?/u.exec(header) ?? [];
  if (traceId === undefined || span === undefined) return undefined;
  const spanId = BigInt.asUintN(64, BigInt(span)).toString(16).padStart(16, "0");
  return { traceId, spanId, isSampled: option !== "0" };
}

/** The fields by which Cloud Logging ties a line to its trace. */
export function traceFields(trace: Trace | undefined, project: string | undefined): Readonly<Record<string, string>> {
  if (trace === undefined) return {};
  const name = project === undefined ? trace.traceId : `projects/${project}/traces/${trace.traceId}`;
  return { "logging.googleapis.com/trace": name, "logging.googleapis.com/spanId": trace.spanId };
}

function text(header: string | readonly string[] | undefined): string {
  return typeof header === "string" ? header : "";
}
