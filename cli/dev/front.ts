// The one address that clients know while executors come and go behind it.
import { request as forward, type IncomingMessage, type ServerResponse } from "node:http";
import type { Tool } from "@lintel/specs";
import { localScheduler } from "../local/executor.ts";
import type { LocalIssuer } from "../local/issuer.ts";
import { type LoopbackServer, listenOnLoopback } from "../local/loopback.ts";

/** What is served at the moment. */
export interface Serving {
  readonly url: string;
  readonly audience: string;
  readonly roleClaim: string;
  readonly roles: readonly string[];
  readonly tools: readonly Tool[];
}

/** Passes requests on to what is served; `/_dev/token` mints tokens, `/_dev/run/TOOL` fires a schedule. */
export async function startFront(
  port: number,
  issuer: LocalIssuer,
  serving: () => Serving | undefined,
): Promise<LoopbackServer> {
  return listenOnLoopback((request, response) => {
    answer(request, response, issuer, serving()).catch(() => response.destroy());
  }, port);
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  issuer: LocalIssuer,
  serving: Serving | undefined,
): Promise<void> {
  if (serving === undefined) {
    fail(response, 503, "nothing is served yet: the specs do not compile, or are Red; the terminal says why");
    return;
  }
  const url = new URL(request.url ?? "/", "http://front");
  if (url.pathname === "/_dev/token") {
    await mint(url, response, issuer, serving);
    return;
  }
  const schedule = /^\/_dev\/run\/([\w-]+)$/u.exec(url.pathname)?.[1];
  if (schedule === undefined) {
    pass(request, response, `${serving.url}${request.url ?? "/"}`, {});
    return;
  }
  if (!serving.tools.some(({ name, trigger }) => name === schedule && trigger.type === "schedule")) {
    fail(response, 404, `there is no schedule ${schedule}`);
    return;
  }
  const claims = { sub: "scheduler", email: localScheduler.email, email_verified: true };
  const token = await issuer.token(localScheduler.audience, claims);
  pass(request, response, `${serving.url}/_lintel/schedules/${schedule}`, { authorization: `Bearer ${token}` });
}

/** A token for `?role=agent&sub=anna`; other parameters become claims. */
async function mint(url: URL, response: ServerResponse, issuer: LocalIssuer, serving: Serving): Promise<void> {
  const { role, sub = "developer", ...claims } = Object.fromEntries(url.searchParams);
  const roles = url.searchParams.getAll("role");
  const unknown = roles.find((name) => !serving.roles.includes(name));
  if (role === undefined || unknown !== undefined) {
    fail(response, 400, `name a role of workspace.yaml: ?role=${serving.roles.join(", ?role=")}`);
    return;
  }
  const token = await issuer.token(serving.audience, { sub, [serving.roleClaim]: roles, ...claims });
  response.setHeader("Content-Type", "text/plain").end(`${token}\n`);
}

function pass(
  request: IncomingMessage,
  response: ServerResponse,
  url: string,
  headers: Readonly<Record<string, string>>,
): void {
  const upstream = forward(url, { method: request.method ?? "GET", headers: { ...request.headers, ...headers } });
  upstream.on("response", (answered) => {
    response.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(response);
  });
  upstream.on("error", () => fail(response, 502, "the executor is being restarted; send it again"));
  request.pipe(upstream);
}

function fail(response: ServerResponse, status: number, detail: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { "Content-Type": "application/problem+json" });
  response.end(JSON.stringify({ title: "lintel dev", status, detail }));
}
