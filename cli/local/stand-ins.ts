// Stand-ins of providers: they answer as they are told and remember what they were asked. One server; a path of its own each.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { JsonObject, JsonValue, Provider, ProviderReply } from "@lintel/specs";
import { listenOnLoopback } from "./loopback.ts";

/** What a provider was asked, as scenarios compare it. */
export interface ProviderCall {
  readonly provider: string;
  readonly method: string;
  /** Below the provider's base URL. */
  readonly path: string;
  readonly query: JsonObject;
  readonly headers: JsonObject;
  /** JSON, or a form's fields; text where it is neither. */
  readonly body: JsonValue;
}

/** How a call is answered; undefined: nothing was said about it. */
export type AnswerCall = (call: ProviderCall) => ProviderReply | undefined;

/** Stand-ins of one run of an executor. */
export interface StandIns {
  /** Base URL of a provider's stand-in. */
  provider(provider: Provider): string;
  /** Base URL of the stand-in of a host. */
  host(host: string): string;
}

export interface StandInServer {
  /** Stand-ins under a name of their own, answered by `answer`. */
  add(name: string, answer: AnswerCall): StandIns;
  readonly stop: () => Promise<void>;
}

/** A port of loopback where nothing listens (tcpmux, which nobody serves). */
const nowhere = "smtp://127.0.0.1:1";

/**
 * E-mail speaks SMTP and has no stand-in yet. A local run must send nobody a message all the same, so its provider is a place where
 * nothing listens: the node fails at once with external-call-failed.
 */
const schemes: Readonly<Record<Provider["type"], "http" | "smtp">> = { http: "http", payment: "http", email: "smtp" };

export async function startStandIns(): Promise<StandInServer> {
  const answers = new Map<string, AnswerCall>();
  const server = await listenOnLoopback((request, response) => {
    void answerRequest(request, response, answers).catch(() => response.destroy());
  });
  const base = (name: string, provider: string): string => `${server.url}/${name}/${encodeURIComponent(provider)}`;
  return {
    add: (name, answer) => {
      answers.set(name, answer);
      return {
        provider: ({ name: provider, type }) => (schemes[type] === "http" ? base(name, provider) : nowhere),
        host: (host) => base(name, host),
      };
    },
    stop: server.stop,
  };
}

/** Refused for certain, so that the executor does not try again. */
const undeclared: ProviderReply = { status: 404, headers: {}, body: { error: "no reply is declared" } };

async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  answers: ReadonlyMap<string, AnswerCall>,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://stand-in");
  const [, name = "", provider = "", ...rest] = url.pathname.split("/");
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const call: ProviderCall = {
    provider: decodeURIComponent(provider),
    method: request.method ?? "GET",
    path: `/${rest.join("/")}`,
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(Object.entries(request.headers).map(([key, value]) => [key, String(value)])),
    body: bodyOf(Buffer.concat(chunks).toString("utf8"), request.headers["content-type"] ?? ""),
  };
  const reply = answers.get(name)?.(call) ?? undeclared;
  if (reply.fails === "timeout") return;
  if (reply.fails === "reset") {
    request.socket.destroy();
    return;
  }
  const hasBody = reply.body !== undefined && reply.status !== 204 && reply.status !== 304;
  response.writeHead(reply.status, { ...(hasBody ? { "Content-Type": "application/json" } : {}), ...reply.headers });
  response.end(hasBody ? JSON.stringify(reply.body) : undefined);
}

function bodyOf(text: string, type: string): JsonValue {
  if (text === "") return null;
  if (/x-www-form-urlencoded/iu.test(type)) return Object.fromEntries(new URLSearchParams(text));
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}
