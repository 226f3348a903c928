import { createServer, type IncomingMessage, type Server, type ServerResponse, request as send } from "node:http";
import type { JsonObject } from "../api/json.ts";
import { projectPolicy } from "../services/resource-manager.ts";
import { text, type World } from "../world.ts";

/** Roles that contain run.routes.invoke. */
const invokerRoles = [
  "roles/run.invoker",
  "roles/run.servicesInvoker",
  "roles/run.admin",
  "roles/owner",
  "roles/editor",
];

/** What the proxy asks at each request. */
export interface ProxyTarget {
  /** Full resource name. */
  readonly name: string;
  service(): JsonObject;
  /** Port of a ready instance; undefined when there is none. */
  port(): number | undefined;
}

/** Opens a service's URL: checks who may invoke, and passes the request to the revision that serves. */
export async function openProxy(world: World, target: ProxyTarget, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    serve(world, target, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return server;
}

async function serve(
  world: World,
  target: ProxyTarget,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const status = await judge(world, target, request);
  if (status !== undefined) {
    refuse(response, status);
    return;
  }
  const port = target.port();
  if (port === undefined) refuse(response, 503);
  else forward(request, response, port);
}

const refusals: Readonly<Record<number, string>> = {
  401: "Unauthorized: your client does not have permission to the requested URL.",
  403: "Forbidden: your client does not have permission to get the requested URL from this server.",
  503: "Service Unavailable: no instance is ready to take the request.",
};

function refuse(response: ServerResponse, status: number): void {
  const challenge =
    status === 401
      ? {
          "www-authenticate": 'Bearer error="invalid_token" error_description="The access token could not be verified"',
        }
      : {};
  response.writeHead(status, { "content-type": "text/plain", ...challenge }).end(refusals[status]);
}

/** The status that refuses a request; undefined lets it through (run/docs/authenticating/overview). */
async function judge(world: World, target: ProxyTarget, request: IncomingMessage): Promise<number | undefined> {
  const service = target.service();
  const project = target.name.split("/")[1] ?? "";
  const scope = [target.name, projectPolicy(project)];
  if (service["invokerIamDisabled"] === true || world.policies.allows(scope, "allUsers", invokerRoles))
    return undefined;
  // The second header, when there, is the one that is checked, and the application keeps the first.
  const own = request.headers["x-serverless-authorization"];
  const header = typeof own === "string" ? own : request.headers.authorization;
  if (header === undefined) return 403;
  const token = /^bearer (.+)$/i.exec(header)?.[1] ?? "";
  const identity = await world.tokens.verify(token);
  const audiences = [text(service, "uri"), ...((service["customAudiences"] ?? []) as readonly string[])];
  if (identity === undefined || !identity.audience.some((audience) => audiences.includes(audience))) return 401;
  const members = [`serviceAccount:${identity.email}`, `user:${identity.email}`, "allAuthenticatedUsers"];
  if (!members.some((member) => world.policies.allows(scope, member, invokerRoles))) return 403;
  if (own === undefined) {
    // A container never sees a signature that it could replay.
    request.headers.authorization = `Bearer ${token.split(".").slice(0, 2).join(".")}.SIGNATURE_REMOVED_BY_GOOGLE`;
  }
  delete request.headers["x-serverless-authorization"];
  return undefined;
}

function forward(request: IncomingMessage, response: ServerResponse, port: number): void {
  const before = request.headers["x-forwarded-for"];
  const client = request.socket.remoteAddress ?? "127.0.0.1";
  const upstream = send({
    port,
    host: "127.0.0.1",
    method: request.method,
    path: request.url,
    headers: {
      ...request.headers,
      "x-forwarded-for": typeof before === "string" ? `${before}, ${client}` : client,
      "x-forwarded-proto": "http",
    },
  });
  upstream.on("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
    answer.on("error", () => response.destroy());
  });
  upstream.on("error", () => {
    if (response.headersSent) response.destroy();
    else refuse(response, 503);
  });
  response.on("close", () => upstream.destroy());
  request.pipe(upstream);
}
