import { expect, test } from "vitest";
import { createLogger } from "../../executor/index.ts";
import { readTrace, traceFields } from "../../executor/log/trace.ts";

function linesOf(write: (log: ReturnType<typeof createLogger>) => void): readonly Readonly<Record<string, unknown>>[] {
  const lines: string[] = [];
  write(createLogger("info", { write: (line: string) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("a line has the fields that Cloud Logging reads", () => {
  const [line] = linesOf((log) => log.warn({ tool: "book" }, "something to look at"));
  expect(line).toEqual({
    severity: "WARNING",
    time: expect.stringMatching(/^\d{4}-.*Z$/u) as string,
    tool: "book",
    message: "something to look at",
  });
});

test("a driver's error is logged with its code and constraint, never with its text, which quotes values", () => {
  const error = Object.assign(new Error('Key (email)=(carla@example.com) already exists: "carla@example.com"'), {
    severity: "ERROR",
    code: "23505",
    constraint: "customer_email_key",
    detail: "Key (email)=(carla@example.com) already exists.",
  });
  const [line] = linesOf((log) => log.error({ error: new Error("outer", { cause: error }) }, "failed"));
  expect(line).toMatchObject({
    error: { message: "outer", cause: { code: "23505", constraint: "customer_email_key" } },
  });
  expect(JSON.stringify(line)).not.toContain("carla");
});

test("a trace is read from either header and named as Cloud Trace names it", () => {
  const trace = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", isSampled: true };
  expect(readTrace({ traceparent: `00-${trace.traceId}-${trace.spanId}-01` })).toEqual(trace);
  expect(readTrace({ "x-cloud-trace-context": `${trace.traceId}/13235353014750950193;o=1` })).toEqual(trace);
  expect(traceFields(trace, "my-project")).toEqual({
    "logging.googleapis.com/trace": `projects/my-project/traces/${trace.traceId}`,
    "logging.googleapis.com/spanId": trace.spanId,
  });
});

test("a trace keeps its caller's choice whether to record, and its state", () => {
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const traceparent = `00-${traceId}-b7ad6b7169203331-00`;
  expect(readTrace({ traceparent, tracestate: "vendor=1" })).toMatchObject({ isSampled: false, state: "vendor=1" });
  expect(readTrace({ traceparent, tracestate: "v".repeat(513) })).not.toHaveProperty("state");
  expect(readTrace({ "x-cloud-trace-context": `${traceId}/1;o=0` })).toMatchObject({ isSampled: false });
});

test.each([
  "00-zz-11-01",
  "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  "00-00000000000000000000000000000000-b7ad6b7169203331-01",
  "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
  "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
  "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
])("%s names no trace", (traceparent) => {
  expect(readTrace({ traceparent })).toBeUndefined();
});
