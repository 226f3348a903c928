// GitHub's REST API, as its "Best practices for using the REST API" asks: retries with backoff, and waits where it says how long.
import { setTimeout as sleep } from "node:timers/promises";

export interface GithubApi {
  /** @throws GithubError where the answer is no success, after retries. */
  request(method: "GET" | "POST" | "PATCH", path: string, body?: unknown): Promise<unknown>;
  /** Every item of a list, page by page. */
  list(path: string): Promise<readonly unknown[]>;
}

export interface GithubApiOptions {
  readonly url: string;
  readonly token: string;
  /** First wait between attempts, in ms; doubles each time. Default 1000. */
  readonly firstWait?: number;
  /** Longest wait, in ms; what asks for more is given up. Default 60000. */
  readonly longestWait?: number;
}

export class GithubError extends Error {
  readonly status: number;

  constructor(method: string, path: string, status: number, message: string) {
    super(`${method} ${path} answered ${String(status)}: ${message}`);
    this.status = status;
  }
}

const attempts = 5;

export function githubApi({ url, token, firstWait = 1000, longestWait = 60_000 }: GithubApiOptions): GithubApi {
  const send = async (method: string, address: string, body?: unknown): Promise<Response> => {
    // Nothing is sent to where the token does not belong, whatever a Link header says.
    if (!address.startsWith(`${url}/`)) throw new Error(`${address} is not below ${url}`);
    for (let attempt = 1; ; attempt += 1) {
      const response = await once(method, address, token, body);
      const wait = waitFor(response, method, attempt, firstWait);
      if (wait === undefined || wait > longestWait || attempt === attempts) return answered(response, method, address);
      await sleep(wait);
    }
  };
  return {
    request: async (method, path, body) => json(await send(method, `${url}${path}`, body)),
    list: async (path) => {
      const items: unknown[] = [];
      let next: string | undefined = `${url}${path}${path.includes("?") ? "&" : "?"}per_page=100`;
      while (next !== undefined) {
        const response: Response = await send("GET", next);
        items.push(...((await json(response)) as readonly unknown[]));
        next = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get("link") ?? "")?.[1];
      }
      return items;
    },
  };
}

async function once(method: string, address: string, token: string, body: unknown): Promise<Response | Error> {
  const headers = {
    accept: "application/vnd.github+json",
    authorization: `Bearer ${token}`,
    "user-agent": "lintel-preview",
    "x-github-api-version": "2022-11-28",
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  };
  try {
    const signal = AbortSignal.timeout(30_000);
    return await fetch(address, {
      method,
      headers,
      signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/**
 * Milliseconds until the next attempt; undefined where another would be no use. A POST that may have been carried out is not
 * sent again: who asked looks first whether it was.
 */
function waitFor(response: Response | Error, method: string, attempt: number, firstWait: number): number | undefined {
  const backoff = firstWait * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
  if (response instanceof Error) return method === "POST" ? undefined : backoff;
  const { status, headers } = response;
  if (status === 429 || (status === 403 && isLimit(headers))) return limitWait(headers) ?? backoff;
  return status >= 500 && method !== "POST" ? backoff : undefined;
}

function isLimit(headers: Headers): boolean {
  return headers.has("retry-after") || headers.get("x-ratelimit-remaining") === "0";
}

/** `retry-after` in seconds, else `x-ratelimit-reset` in seconds since 1970. */
function limitWait(headers: Headers): number | undefined {
  const after = headers.get("retry-after");
  if (after !== null && Number.isFinite(Number(after))) return Number(after) * 1000;
  const reset = headers.get("x-ratelimit-reset");
  return reset === null ? undefined : Math.max(0, Number(reset) * 1000 - Date.now());
}

async function answered(response: Response | Error, method: string, address: string): Promise<Response> {
  const { pathname } = new URL(address);
  if (response instanceof Error) throw new GithubError(method, pathname, 0, response.message);
  if (response.ok) return response;
  const body = (await response.json().catch(() => ({}))) as { readonly message?: string };
  throw new GithubError(method, pathname, response.status, body.message ?? response.statusText);
}

async function json(response: Response): Promise<unknown> {
  const text = await response.text();
  return text === "" ? undefined : JSON.parse(text);
}
