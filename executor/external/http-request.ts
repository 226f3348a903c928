import type { JsonValue } from "@lintel/specs";
import { findFlaw } from "../admission/guard-json.ts";
import { CallFailure } from "./call-failure.ts";

/** Bytes of an answer that are read at most. */
const maximumAnswer = 1024 * 1024;

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, or the fields of a form. */
  readonly body: JsonValue | URLSearchParams | undefined;
  /** Milliseconds. */
  readonly timeout: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: JsonValue;
}

/** Sends one request; follows no redirect. @throws CallFailure for anything but an answer of 200 to 299. */
export async function sendRequest(request: HttpRequest): Promise<HttpAnswer> {
  const response = await send(request);
  const { status } = response;
  if (isSuccess(status)) return { status, body: await readAnswer(response) };
  await response.body?.cancel().catch(() => undefined);
  throw refusal(status, response);
}

/** The same for a service whose refusals say why: `explain` may make another failure of one, and of what it holds. */
export async function sendExplained(
  request: HttpRequest,
  explain: (answer: HttpAnswer, failure: CallFailure) => CallFailure,
): Promise<HttpAnswer> {
  const response = await send(request);
  const { status } = response;
  if (isSuccess(status)) return { status, body: await readAnswer(response) };
  const body = await readAnswer(response).catch(() => null);
  throw explain({ status, body }, refusal(status, response));
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** 5xx may come from a proxy in front of a service that has done its work; 4xx and redirects have refused it. */
function refusal(status: number, { headers }: Response): CallFailure {
  const retryAfter = readRetryAfter(headers.get("retry-after"));
  return new CallFailure(status >= 500 ? "unknown" : "none", "status", { status, retryAfter });
}

async function send({ method, url, headers, body, timeout }: HttpRequest): Promise<Response> {
  const isForm = body instanceof URLSearchParams;
  try {
    return await fetch(url, {
      method,
      headers: {
        Accept: "application/json",
        ...headers,
        ...(body === undefined || isForm ? {} : { "Content-Type": "application/json" }),
      },
      body: body === undefined ? null : isForm ? body : JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.timeout(Math.max(1, timeout)),
    });
  } catch (error) {
    if (isTimeout(error)) throw new CallFailure("unknown", "timeout", { cause: error });
    const cause = error instanceof Error ? error.cause : undefined;
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    const isRefused = code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "UND_ERR_CONNECT_TIMEOUT";
    throw new CallFailure(isRefused ? "none" : "unknown", isRefused ? "refused" : "connection", { cause: error });
  }
}

async function readAnswer(response: Response): Promise<JsonValue> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > maximumAnswer) throw new RangeError(`the answer is larger than ${maximumAnswer} bytes`);
      chunks.push(chunk);
    }
    const text = Buffer.concat(chunks).toString("utf8");
    if (!/json/iu.test(response.headers.get("content-type") ?? "")) return text === "" ? null : text;
    if (findFlaw(text) === "too-deep") throw new RangeError("the answer is nested too deeply");
    return text === "" ? null : (JSON.parse(text) as JsonValue);
  } catch (error) {
    throw new CallFailure("unknown", isTimeout(error) ? "timeout" : "answer", { cause: error });
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}

/** Seconds or an HTTP date (RFC 9110, section 10.2.3), as milliseconds from now. */
function readRetryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,6}$/u.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
