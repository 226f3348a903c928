import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

export interface StoredComment {
  readonly id: number;
  body: string;
  readonly html_url: string;
  readonly user: { readonly type: string; readonly login: string };
}

/** What the next request is answered with instead; `after` carries it out first, so that only the answer is lost. */
export interface Trouble {
  readonly on: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly isDone?: boolean;
}

export interface GithubStandIn {
  readonly url: string;
  /** Every request that was well formed, in order. */
  readonly seen: Seen[];
  readonly comments: StoredComment[];
  /** SARIF logs that were uploaded, unpacked. */
  readonly analyses: unknown[];
  readonly trouble: Trouble[];
  /** What was wrong with requests: none is expected. */
  readonly complaints: string[];
  close(): Promise<void>;
}

const token = "ghs_standin";
const base = "/repos/acme/shop";

/** The three calls of GitHub's REST API that the action makes, on loopback, each request checked. */
export async function startGithub(): Promise<GithubStandIn> {
  const state = {
    seen: [] as Seen[],
    comments: [] as StoredComment[],
    analyses: [] as unknown[],
    trouble: [] as Trouble[],
    complaints: [] as string[],
  };
  let url = "";
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const { method = "", url: address = "" } = request;
      state.complaints.push(...complaintsAbout(request, body));
      state.seen.push({ method, path: address, body });
      const index = state.trouble.findIndex(({ on }) => `${method} ${address}`.startsWith(on));
      const [trouble] = index < 0 ? [] : state.trouble.splice(index, 1);
      const answer = trouble === undefined || trouble.isDone ? carryOut(method, address, body, state, url) : undefined;
      const { status, headers, value } = trouble ? { ...trouble, value: { message: "trouble" } } : (answer ?? notFound);
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(value === undefined ? "" : JSON.stringify(value));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    url,
    ...state,
    close: () =>
      new Promise((resolve) =>
        server.close(() => {
          resolve();
        }),
      ),
  };
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly value?: unknown;
}

const notFound: Answer = { status: 404, value: { message: "Not Found" } };
/** Two to a page, so that a handful of comments are many pages. */
const pageSize = 2;

function carryOut(
  method: string,
  address: string,
  body: unknown,
  { comments, analyses }: Pick<GithubStandIn, "comments" | "analyses">,
  url: string,
): Answer {
  const { pathname, searchParams } = new URL(address, "http://localhost");
  const text = (body as { readonly body?: string } | undefined)?.body ?? "";
  if (pathname === `${base}/issues/7/comments`) {
    if (method === "GET") return page(comments, Number(searchParams.get("page") ?? "1"), `${url}${pathname}`);
    const id = comments.length + 1;
    const comment = {
      id,
      body: text,
      html_url: `https://github.example/c/${String(id)}`,
      user: { type: "Bot", login: "github-actions[bot]" },
    };
    comments.push(comment);
    return { status: 201, value: comment };
  }
  const own = comments.find(({ id }) => pathname === `${base}/issues/comments/${String(id)}`);
  if (own !== undefined && method === "PATCH") {
    own.body = text;
    return { status: 200, value: own };
  }
  if (pathname === `${base}/code-scanning/sarifs` && method === "POST") {
    const { sarif } = body as { readonly sarif: string };
    analyses.push(JSON.parse(gunzipSync(Buffer.from(sarif, "base64")).toString("utf8")));
    return { status: 202, value: { id: "1" } };
  }
  return notFound;
}

function page(comments: readonly StoredComment[], number: number, address: string): Answer {
  const value = comments.slice((number - 1) * pageSize, number * pageSize);
  const isLast = number * pageSize >= comments.length;
  const link = `<${address}?per_page=100&page=${String(number + 1)}>; rel="next", <${address}?page=99>; rel="last"`;
  return { status: 200, value, headers: isLast ? {} : { link } };
}

function complaintsAbout({ headers, method, url }: IncomingMessage, body: unknown): readonly string[] {
  const expected: Readonly<Record<string, string>> = {
    authorization: `Bearer ${token}`,
    accept: "application/vnd.github+json",
    "x-github-api-version": "2022-11-28",
    ...(method === "GET" ? {} : { "content-type": "application/json" }),
  };
  const wrong = Object.entries(expected).filter(([name, value]) => headers[name] !== value);
  const fields = (body ?? {}) as Readonly<Record<string, unknown>>;
  const keys = Object.keys(fields).sort().join();
  const shape = method === "GET" ? "" : (url ?? "").endsWith("/sarifs") ? "commit_sha,ref,sarif,tool_name" : "body";
  const isText = Object.values(fields).every((value) => typeof value === "string");
  const length = typeof fields["body"] === "string" ? fields["body"].length : 0;
  return [
    ...wrong.map(([name]) => `${String(method)} ${String(url)}: ${name} is ${String(headers[name])}`),
    ...(keys === shape && isText ? [] : [`${String(method)} ${String(url)}: fields ${keys}`]),
    ...(length > 65_536 ? [`a comment of ${String(length)} characters`] : []),
    ...(headers["user-agent"] ? [] : ["no user agent"]),
  ];
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += String(chunk);
  return text === "" ? undefined : JSON.parse(text);
}
