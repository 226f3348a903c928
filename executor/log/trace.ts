/** A request's place in a distributed trace. */
export interface Trace {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** From `traceparent` (W3C Trace Context) or `X-Cloud-Trace-Context` (cloud.google.com/trace/docs/trace-context). */
export function readTrace(headers: Headers): Trace | undefined {
  const w3c = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-/u.exec(text(headers["traceparent"]));
  if (w3c !== null) return { traceId: w3c[1] ?? "", spanId: w3c[2] ?? "" };
  const google = /^([0-9a-f]{32})\/(\d{1,20})/u.exec(text(headers["x-cloud-trace-context"]));
  if (google === null) return undefined;
  return {
    traceId: google[1] ?? "",
    spanId: BigInt(google[2] ?? "0")
      .toString(16)
      .padStart(16, "0"),
  };
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
