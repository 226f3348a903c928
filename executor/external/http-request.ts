import type { IncomingMessage } from "node:http";
import type { JsonValue } from "@lintel/specs";
import { CallFailure } from "./call-failure.ts";
import { type Network, type ResolveName, resolveName } from "./checked-lookup.ts";
import { exchange } from "./exchange.ts";
import { readAnswer } from "./read-answer.ts";

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, or the fields of a form. */
  readonly body: JsonValue | URLSearchParams | undefined;
  /** Where the host's name may lead: to public addresses only, unless said. */
  readonly network?: Network;
  /** Milliseconds, to the end of the answer. */
  readonly timeout: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: JsonValue;
}

/** Sends one request; follows no redirect. @throws CallFailure for anything but an answer of 200 to 299. */
export function sendRequest(request: HttpRequest, resolve: ResolveName = resolveName): Promise<HttpAnswer> {
  return send(request, resolve, async (answer) => {
    const status = statusOf(answer);
    if (isSuccess(status)) return { status, body: await readAnswer(answer) };
    throw refusal(answer);
  });
}

/** The same for a service whose refusals say why: `explain` may make another failure of one, and of what it holds. */
export function sendExplained(
  request: HttpRequest,
  explain: (answer: HttpAnswer, failure: CallFailure) => CallFailure,
): Promise<HttpAnswer> {
  return send(request, resolveName, async (answer) => {
    const status = statusOf(answer);
    if (isSuccess(status)) return { status, body: await readAnswer(answer) };
    const body = await readAnswer(answer).catch(() => null);
    throw explain({ status, body }, refusal(answer));
  });
}

function send<T>(
  { method, url, headers, body, network = "public", timeout }: HttpRequest,
  resolve: ResolveName,
  read: (answer: IncomingMessage) => Promise<T>,
): Promise<T> {
  const isForm = body instanceof URLSearchParams;
  const type = isForm ? "application/x-www-form-urlencoded;charset=UTF-8" : "application/json";
  const text = body === undefined ? undefined : isForm ? body.toString() : JSON.stringify(body);
  const usual = {
    Accept: "application/json",
    "Accept-Encoding": "identity",
    ...(body === undefined ? {} : { "Content-Type": type }),
  };
  // Node writes one header of a name, whatever its case: the last one.
  return exchange({ method, url, headers: { ...usual, ...headers }, body: text, network, timeout }, resolve, read);
}

function statusOf({ statusCode = 0 }: IncomingMessage): number {
  return statusCode;
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** 5xx may come from a proxy in front of a service that has done its work; 4xx and redirects have refused it. */
function refusal(answer: IncomingMessage): CallFailure {
  const status = statusOf(answer);
  const retryAfter = readRetryAfter(answer.headers["retry-after"]);
  return new CallFailure(status >= 500 ? "unknown" : "none", "status", { status, retryAfter });
}

/** Seconds or an HTTP date (RFC 9110, section 10.2.3), as milliseconds from now. */
function readRetryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,6}$/u.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
