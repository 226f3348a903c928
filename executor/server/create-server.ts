// Decision: fastify routes and reads bytes; parsing, validation and serialisation are ours, so none of its compilers is loaded.
import { randomUUID } from "node:crypto";
import type { ScheduleTrigger, Tool, WebhookTrigger } from "@lintel/specs";
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import { addAdmin } from "../admin/add-admin.ts";
import type { Admin } from "../admin/open-admin.ts";
import { authorizationOf } from "../admission/authorization.ts";
import type { Answer, Call, Parameters } from "../admission/call.ts";
import { clientAddress } from "../admission/client-address.ts";
import { deliveryIdsOf } from "../admission/delivery-ids.ts";
import { slotIdsOf } from "../admission/slot-ids.ts";
import { verifySignature } from "../admission/webhook-signature.ts";
import type { CompiledTool } from "../boot/compile-tool.ts";
import { ExecutionError } from "../errors/execution-error.ts";
import { problemMediaType, problemOf } from "../errors/problem.ts";
import { readTrace } from "../log/trace.ts";
import type { Service } from "../service.ts";
import { addSweep } from "../sweep/add-sweep.ts";
import type { Sweep } from "../sweep/sweep.ts";
import type { Entrances } from "../telemetry/observation.ts";
import { answerClientError } from "./answer-client-error.ts";
import { frameworkProblem } from "./framework-problem.ts";
import type { Limits } from "./limits.ts";
import { addOpenApi } from "./openapi.ts";
import type { Place, Pressure } from "./pressure.ts";
import { addProbes, isProbe } from "./probes.ts";

export interface ServerOptions {
  readonly service: Service;
  readonly entrances: Entrances;
  /** The value of a webhook's secret. */
  secret(name: string): string | undefined;
  /** Whether the process is on its way out. */
  isDraining(): boolean;
  /** Whether `/openapi.json` answers. */
  readonly publishesOpenApi: boolean;
  readonly limits: Limits;
  readonly pressure: Pressure;
  readonly sweep: Sweep;
  /** Absent where the admin API is off. */
  readonly admin: Admin | undefined;
}

/** The HTTP edge of a service: its tools, webhooks, schedules and probes. */
export function createServer(options: ServerOptions): FastifyInstance {
  const { service, limits } = options;
  const { requestTimeout, headersTimeout, keepAliveTimeout } = limits;
  const server = fastify({
    bodyLimit: service.bundle.workspace.limits.bodySize,
    exposeHeadRoutes: false,
    requestTimeout,
    keepAliveTimeout,
    // Node looks for clients that are late only so often.
    http: { headersTimeout, requestTimeout, connectionsCheckingInterval: Math.min(5000, headersTimeout / 2) },
    // A client that takes nothing of its answer is let go.
    connectionTimeout: service.bundle.workspace.limits.executionTime + requestTimeout,
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: 1000 },
    frameworkErrors: (error, _request, reply) => void sendProblem(reply, frameworkProblem(error)),
    schemaController: { compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler } },
  });
  server.server.maxConnections = limits.connections;
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  server.setNotFoundHandler((_request, reply) => sendProblem(reply, new ExecutionError("no-such-tool")));
  server.setErrorHandler((error, request, reply) => answerError(options, error, request, reply));
  server.addHook("onRequest", (_request, reply, next) => {
    if (!options.isDraining()) {
      next();
      return;
    }
    const gone = new ExecutionError("shutting-down", { headers: { "Retry-After": "1" } });
    sendProblem(reply.header("Connection", "close"), gone);
  });
  const places = admitCalls(server, options.pressure);
  addProbes(server, service);
  addSweep(server, service, options.sweep);
  if (options.publishesOpenApi) addOpenApi(server, service.bundle);
  if (options.admin !== undefined) addAdmin(server, service, options.admin);
  for (const tool of service.tools.values()) addRoute(server, tool, options, places);
  return server;
}

/** Requests that have a place among those in flight. */
type Places = WeakMap<FastifyRequest, Place>;

function admitCalls(server: FastifyInstance, pressure: Pressure): Places {
  const places: Places = new WeakMap();
  server.addHook("onRequest", (request, reply, next) => {
    if (isProbe(request)) {
      next();
      return;
    }
    const place = pressure.takePlace(() => request.raw.destroy());
    if (place === undefined) {
      sendProblem(reply, new ExecutionError("overloaded", { headers: { "Retry-After": "1" } }));
      return;
    }
    places.set(request, place);
    reply.raw.once("close", () => place.leave());
    next();
  });
  return places;
}

function noCompiler(): never {
  throw new Error("schemas of tools are compiled by the executor");
}

function addRoute(server: FastifyInstance, tool: CompiledTool, options: ServerOptions, places: Places): void {
  const { method, url } = routeOf(tool.tool);
  server.route({
    method,
    url,
    config: { tool: tool.tool.name },
    handler: async (request, reply) => {
      const work = (): Promise<Answer> => answer(tool, request, options);
      sendAnswer(reply, await (places.get(request)?.during(work) ?? work()));
    },
  });
}

function routeOf({ name, trigger }: Tool): { readonly method: string; readonly url: string } {
  if (trigger.type === "schedule") return { method: "POST", url: `/_lintel/schedules/${name}` };
  const url = trigger.path.replaceAll(/\{([^}]+)\}/gu, ":$1");
  return { method: trigger.type === "http" ? trigger.method : "POST", url };
}

async function answer(tool: CompiledTool, request: FastifyRequest, options: ServerOptions): Promise<Answer> {
  const { service, entrances } = options;
  const { trigger } = tool.tool;
  const call = withClient(callOf(trigger.type, request), request, options);
  if (trigger.type === "schedule") {
    const deliveryIds = slotIdsOf(headerOf(request, "x-cloudscheduler-scheduletime"), service.clock());
    return entrances.execute(service, tool, { ...call, deliveryIds });
  }
  if (trigger.type !== "webhook") return entrances.execute(service, tool, call);
  const { signature } = trigger;
  const body = call.body ?? Buffer.alloc(0);
  const header = (name: string): string | undefined => headerOf(request, name);
  try {
    verifySignature(signature, options.secret(signature.secret) ?? "", header, body, service.clock());
  } catch (error) {
    if (error instanceof ExecutionError) return entrances.refuse(service, tool, call, error);
    throw error;
  }
  return entrances.execute(service, tool, { ...call, deliveryIds: deliveryIdsOf(trigger, header, body) });
}

/** Calls of tools that anyone may call are limited by where they come from. */
function withClient(call: Call, request: FastifyRequest, { service, limits }: ServerOptions): Call {
  if (service.callRate === undefined || call.trigger !== "http") return call;
  const forwardedFor = headerOf(request, "x-forwarded-for");
  const client = clientAddress(forwardedFor, limits.forwardedHops, request.socket.remoteAddress);
  return { ...call, client };
}

type TriggerType = WebhookTrigger["type"] | ScheduleTrigger["type"] | "http";

function callOf(trigger: TriggerType, request: FastifyRequest): Call {
  return {
    trigger,
    path: request.params as Parameters,
    query: request.query as Parameters,
    body: Buffer.isBuffer(request.body) ? request.body : undefined,
    contentType: request.headers["content-type"],
    contentEncoding: request.headers["content-encoding"],
    authorization: authorizationOf(request.raw.rawHeaders),
    idempotencyKey: headerOf(request, "idempotency-key"),
    deliveryIds: [],
    trace: readTrace(request.headers),
  };
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name.toLowerCase()];
  return typeof value === "string" ? value : undefined;
}

/** What goes wrong before a tool's handler: a body that is too large, or cannot be read. */
async function answerError(
  { service, entrances }: ServerOptions,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const problem = frameworkProblem(error);
  const { tool: name } = request.routeOptions.config as { readonly tool?: string };
  const tool = name === undefined ? undefined : service.tools.get(name);
  if (problem.code === "internal-error") service.log.error({ error }, "a request failed");
  if (tool === undefined) return sendProblem(reply, problem);
  return send(reply, await entrances.refuse(service, tool, callOf(tool.tool.trigger.type, request), problem));
}

/** Past fastify's own sending, of which nothing is needed: the head and the body as one text, which is one write to the socket. */
function sendAnswer(reply: FastifyReply, { status, headers, body }: Answer): void {
  const { raw } = reply.hijack();
  raw.statusCode = status;
  raw.setHeader("Content-Type", "application/json");
  raw.setHeader("Cache-Control", "no-store");
  for (const name of Object.keys(headers)) raw.setHeader(name, headers[name] ?? "");
  raw.end(JSON.stringify(body));
}

function send(reply: FastifyReply, { status, headers, body }: Answer): FastifyReply {
  return (
    reply
      .code(status)
      .headers({ "Content-Type": "application/json", "Cache-Control": "no-store", ...headers })
      // Bytes, to which fastify adds no charset: application/problem+json has none.
      .send(Buffer.from(JSON.stringify(body)))
  );
}

function sendProblem(reply: FastifyReply, error: ExecutionError): FastifyReply {
  const headers = { ...error.headers, "Content-Type": problemMediaType };
  return send(reply, { status: error.status, headers, body: problemOf(error, randomUUID()) });
}
