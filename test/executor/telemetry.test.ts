import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildProgram, readSettings } from "../../executor/index.ts";
import { type Collector, type ReceivedSpan, startCollector } from "./collector.ts";
import { type Housekeeping, startHousekeeping } from "./housekeeping.ts";
import { type Bookings, type CallOptions, type Reply, request, startBookings } from "./start-bookings.ts";
import { type ExecutorProcess, startProcess } from "./start-process.ts";

let bookings: Bookings;
let housekeeping: Housekeeping;
let collector: Collector;
let folder: string;
let running: ExecutorProcess;
let token: string;
/** By execution. */
const replies: Record<string, Reply> = {};

const traceId = "0af7651916cd43dd8448eb211c80319c";
const callerSpan = "b7ad6b7169203331";
const secrets = ["carla.private@example.com", "+49 170 1234567", "housekeeping-secret", "early"];

async function call(name: string, method: string, path: string, options: CallOptions = {}): Promise<void> {
  replies[name] = await request(`${running.url}${path}`, method, { token, ...options });
}

/** Everything is called, then the process ends, so that all has been sent: no test waits for an interval. */
beforeAll(async () => {
  [housekeeping, collector, folder] = await Promise.all([
    startHousekeeping(),
    startCollector(),
    mkdtemp(join(tmpdir(), "lintel-telemetry-")),
  ]);
  bookings = await startBookings({ housekeeping: housekeeping.url });
  running = await startProcess(await buildProgram(join(folder, "main.mjs")), {
    ...bookings.environment,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_SERVICE_NAME: "bookings",
    OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test",
  });
  token = await bookings.agent();
  housekeeping.answer("GET /v1/staff", { status: 500 }, { status: 200, body: { count: 3 } });
  housekeeping.answer("GET /v1/weather", { status: 200, body: { sky: "blue" } });
  housekeeping.answer("POST /v1/cleanings", { status: 201, body: { id: "c1" } });
  housekeeping.answer("DELETE /v1/cleanings", { status: 204 });
  const headers = { traceparent: `00-${traceId}-${callerSpan}-01`, tracestate: "vendor=kept" };
  await call("asked", "GET", "/housekeeping", { headers });
  const customer = { subject: "carla", name: "Carla Private", email: secrets[0], phone: secrets[1] };
  await call("created", "POST", "/customers", { body: customer });
  await call("again", "POST", "/customers", { body: customer });
  await call("ordered", "POST", "/rooms/orders", { body: { number: "7" }, headers: { "Idempotency-Key": "k" } });
  await call("replayed", "POST", "/rooms/orders", { body: { number: "7" }, headers: { "Idempotency-Key": "k" } });
  await call("undone", "POST", "/rooms/orders", { body: { number: "7" } });
  await call("malformed", "POST", "/customers", { raw: "{" });
  await call("large", "POST", "/customers", { raw: `"${"x".repeat(2 ** 21)}"` });
  await call("unsampled", "GET", "/rooms", { headers: { traceparent: `00-${"1".repeat(32)}-${callerSpan}-00` } });
  await running.end("SIGTERM");
});

afterAll(async () => {
  await bookings.stop();
  await Promise.all([housekeeping.stop(), collector.stop(), rm(folder, { recursive: true, force: true })]);
});

function serverSpan(name: string): ReceivedSpan {
  const id = replies[name]?.headers.get("lintel-execution");
  const span = collector.spans.find(({ attributes }) => attributes["lintel.execution"] === id);
  if (id === undefined || span === undefined) throw new Error(`no span of ${name}: ${running.output()}`);
  return span;
}

function childrenOf({ spanId, traceId: trace }: ReceivedSpan): readonly ReceivedSpan[] {
  return collector.spans.filter((span) => span.parentSpanId === spanId && span.traceId === trace);
}

function namesBelow(name: string): readonly string[] {
  return childrenOf(serverSpan(name)).map((span) => span.name);
}

test("the process that sends telemetry ends in order, and says so", async () => {
  expect(await running.exited).toBe(0);
  expect(running.output()).not.toContain("telemetry has trouble");
  expect([...collector.paths].toSorted()).toEqual(["application/json /v1/metrics", "application/json /v1/traces"]);
  for (const resource of collector.resources) {
    expect(resource).toMatchObject({ "service.name": "bookings", "deployment.environment.name": "test" });
  }
});

test("a call is a span below its caller's, with a span for each of its steps", () => {
  const span = serverSpan("created");
  expect(span).toMatchObject({ name: "POST /customers", kind: 2, status: 0 });
  expect(span.attributes).toMatchObject({
    "http.request.method": "POST",
    "http.route": "/customers",
    "http.response.status_code": 201,
    "lintel.tool": "create-customer",
    "lintel.outcome": "succeeded",
  });
  expect(namesBelow("created")).toEqual([
    "validate input",
    "authorize",
    "check policies",
    "start transaction",
    "execute flow",
    "enforce invariants",
    "commit",
    "audit",
    "respond",
  ]);
  expect(serverSpan("asked")).toMatchObject({ traceId, parentSpanId: callerSpan });
});

test("what is refused says where and with which code, and which of it is an error of ours", () => {
  const span = serverSpan("again");
  expect(span.status).toBe(0);
  expect(span.attributes).toMatchObject({ "lintel.outcome": "refused", "lintel.error.code": "already-exists" });
  const failed = childrenOf(span).find(({ status }) => status === 2);
  expect(failed?.attributes).toMatchObject({ "error.type": "23505" });
  expect(namesBelow("malformed")).toEqual(["validate input", "audit", "respond"]);
  expect(serverSpan("large").attributes).toMatchObject({ "lintel.error.code": "body-too-large" });
  const ordered = collector.spans.filter(({ name }) => name === "POST /rooms/orders");
  expect(ordered.map(({ attributes }) => attributes["lintel.outcome"])).toEqual(["succeeded", "replayed", "refused"]);
});

test("each external call is a span of its node, and each of its requests one that the other service is told of", () => {
  const flow = childrenOf(serverSpan("asked")).filter(({ name }) => name === "execute flow");
  const nodes = flow.flatMap(childrenOf);
  expect(nodes.map(({ name }) => name).toSorted()).toEqual(["http staff", "http weather"]);
  const staff = nodes.find(({ name }) => name === "http staff");
  expect(staff?.attributes).toMatchObject({ "lintel.node": "staff", "lintel.provider": "housekeeping" });
  const requests = staff === undefined ? [] : childrenOf(staff);
  expect(
    requests.map(({ kind, status, attributes }) => [kind, status, attributes["http.response.status_code"]]),
  ).toEqual([
    [3, 2, 500],
    [3, 0, 200],
  ]);
  const told = housekeeping.received.filter(({ url }) => url.startsWith("/v1/staff")).map(({ headers }) => headers);
  expect(told.map(({ traceparent }) => traceparent)).toEqual(
    requests.map(({ spanId }) => `00-${traceId}-${spanId}-01`),
  );
  expect(told.every(({ tracestate }) => tracestate === "vendor=kept")).toBe(true);
});

test("what is undone is in the trace of the call that failed", () => {
  const below = childrenOf(serverSpan("undone"));
  expect(below.filter(({ kind }) => kind === 3).map(({ name }) => name)).toEqual(["DELETE"]);
});

test("what the caller does not record is not recorded, and the choice is passed on", () => {
  const id = replies["unsampled"]?.headers.get("lintel-execution");
  expect(replies["unsampled"]?.status).toBe(200);
  expect(collector.spans.some(({ attributes }) => attributes["lintel.execution"] === id)).toBe(false);
});

test("the log names the span of the call", () => {
  const { spanId, attributes } = serverSpan("created");
  const line = running
    .output()
    .split("\n")
    .find((text) => text.includes(String(attributes["lintel.execution"])));
  expect(JSON.parse(line ?? "{}")).toMatchObject({ "logging.googleapis.com/spanId": spanId });
});

test("executions, their duration, external calls and the pool's connections are counted", () => {
  const value = (metric: string, wanted: Readonly<Record<string, unknown>>): number => {
    const found = collector
      .points()
      .filter((point) => point.metric === metric)
      .filter(({ attributes }) => Object.entries(wanted).every(([key, one]) => attributes[key] === one));
    return found.reduce((sum, point) => sum + point.value, 0);
  };
  const customers = { "lintel.tool": "create-customer" };
  expect(value("lintel.executions", { ...customers, "lintel.outcome": "succeeded" })).toBe(1);
  expect(value("lintel.executions", { ...customers, "lintel.outcome": "refused" })).toBe(3);
  expect(value("lintel.executions", {})).toBe(Object.keys(replies).length);
  expect(value("lintel.execution.duration", customers)).toBe(4);
  expect(value("lintel.external_calls", { "lintel.node": "staff", "lintel.outcome": "ok" })).toBe(1);
  expect(value("lintel.external_call.duration", { "lintel.node": "order" })).toBe(2);
  expect(value("db.client.connection.wait_time", {})).toBeGreaterThan(Object.keys(replies).length);
  expect(value("db.client.connection.count", {})).toBeGreaterThanOrEqual(0);
});

test("nothing that a caller, a row or a secret holds is sent to the collector", () => {
  const all = collector.bodies.join("\n");
  for (const secret of [...secrets, "Carla Private", token]) expect(all).not.toContain(secret);
});

test("telemetry is off without an endpoint, and a protocol that is not spoken does not start", () => {
  const settings = (more: Readonly<Record<string, string>>) =>
    readSettings({ ...bookings.environment, ...more }).telemetry;
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" };
  expect(settings({})).toBeUndefined();
  expect(settings({ ...endpoint, OTEL_SDK_DISABLED: "true" })).toBeUndefined();
  expect(settings({ ...endpoint, OTEL_TRACES_EXPORTER: "none", OTEL_METRICS_EXPORTER: "none" })).toBeUndefined();
  expect(settings({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://127.0.0.1:9/t" })).toMatchObject({ metrics: false });
  expect(() => settings({ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" })).toThrow(
    'OTEL_EXPORTER_OTLP_PROTOCOL is "grpc"; set http/json, or leave it out',
  );
  expect(() => settings({ ...endpoint, OTEL_METRIC_EXPORT_INTERVAL: "1m" })).toThrow("OTEL_METRIC_EXPORT_INTERVAL");
});

test("nothing of telemetry is loaded where it is off", async () => {
  const watch = join(folder, "watch.mjs");
  await writeFile(
    watch,
    `import { registerHooks } from "node:module";
registerHooks({ resolve: (name, context, next) => { const found = next(name, context); if (/opentelemetry|open-telemetry/u.test(found.url)) console.log("loaded " + found.url); return found; } });`,
  );
  const main = join(import.meta.dirname, "..", "..", "executor", "main.ts");
  const loaded = async (more: Readonly<Record<string, string>>): Promise<boolean> => {
    const process = await startProcess(main, { ...bookings.environment, NODE_OPTIONS: `--import ${watch}`, ...more });
    await process.end("SIGTERM");
    return process.output().includes("loaded ");
  };
  expect(await loaded({})).toBe(false);
  expect(await loaded({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url })).toBe(true);
});

test("the program holds telemetry's libraries as text only", async () => {
  const program = await readFile(join(folder, "main.mjs"), "utf8");
  expect(program.includes("brotliDecompressSync")).toBe(true);
  expect(program.includes("OTLPExporterBase")).toBe(false);
});
