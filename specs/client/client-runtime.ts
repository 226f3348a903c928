/** The part of a client that no specs change: no dependency, no name of a browser's or Node.js' types. */
export const clientRuntime = `/** What is needed of \`fetch\`: that of browsers and of Node.js will do. */
export type Fetch = (
  url: string,
  init: { readonly method: string; readonly headers: Record<string, string>; readonly body?: string },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}>;

export interface ClientOptions {
  /** Where the service is, such as https://api.example.com. */
  readonly baseUrl: string;
  /** A bearer token, or what yields one for each call. */
  readonly token?: string | (() => string | Promise<string>);
  readonly fetch?: Fetch;
}

export interface CallOptions {
  /** One key per intended effect: a repeated call with it is answered with the first answer. */
  readonly idempotencyKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface KeyedCallOptions extends CallOptions {
  readonly idempotencyKey: string;
}

/** An answer that is no success (RFC 9457). */
export class ProblemError<Code extends string = string> extends Error {
  override readonly name = "ProblemError";
  readonly tool: string;
  readonly status: number;
  readonly code: Code;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  /** Places of the input that are wrong. */
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
  /** Id of the execution, as in the audit log. */
  readonly execution: string | undefined;
  /** Seconds to wait before the next attempt. */
  readonly retryAfter: number | undefined;

  constructor(tool: string, status: number, problem: Problem, headers: { get(name: string): string | null }) {
    super(problem.detail ?? problem.title ?? \`\${tool} answered \${String(status)}\`);
    this.tool = tool;
    this.status = status;
    this.code = (problem.code ?? "unknown") as Code;
    this.detail = problem.detail;
    this.hint = problem.hint;
    this.errors = problem.errors ?? [];
    this.execution = headers.get("Lintel-Execution") ?? undefined;
    const retryAfter = headers.get("Retry-After");
    this.retryAfter = retryAfter === null ? undefined : Number(retryAfter);
  }
}

interface Problem {
  readonly title?: string;
  readonly code?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

/** Whether what was thrown is a problem of a certain tool; its code is then one of the tool's. */
export function isProblem<T extends keyof Problems>(error: unknown, tool: T): error is ProblemError<Problems[T]> {
  return error instanceof ProblemError && error.tool === tool;
}

interface Route {
  readonly name: string;
  readonly method: string;
  readonly path: string;
}

async function send(client: ClientOptions, route: Route, input: object = {}, options: CallOptions = {}): Promise<unknown> {
  const rest = new Map<string, unknown>(Object.entries(input).filter(([, value]) => value !== undefined));
  const path = route.path.replace(/\\{([^}]+)\\}/g, (_, name: string) => {
    const value = rest.get(name);
    rest.delete(name);
    return encodeURIComponent(String(value));
  });
  const token = typeof client.token === "function" ? await client.token() : client.token;
  const isBodiless = /^(GET|HEAD|DELETE)$/.test(route.method);
  const fetch = client.fetch ?? (globalThis as unknown as { readonly fetch: Fetch }).fetch;
  const response = await fetch(client.baseUrl.replace(/\\/+$/, "") + path + (isBodiless ? queryOf(rest) : ""), {
    method: route.method,
    headers: {
      ...(token === undefined ? {} : { Authorization: \`Bearer \${token}\` }),
      ...(isBodiless ? {} : { "Content-Type": "application/json" }),
      ...(options.idempotencyKey === undefined ? {} : { "Idempotency-Key": options.idempotencyKey }),
      ...options.headers,
    },
    ...(isBodiless ? {} : { body: JSON.stringify(Object.fromEntries(rest)) }),
  });
  const text = await response.text();
  if (response.status >= 200 && response.status < 300) return text === "" ? undefined : JSON.parse(text);
  throw new ProblemError(route.name, response.status, problemOf(text), response.headers);
}

function queryOf(values: ReadonlyMap<string, unknown>): string {
  const pairs = [...values].flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => \`\${encodeURIComponent(name)}=\${encodeURIComponent(String(one))}\`),
  );
  return pairs.length === 0 ? "" : \`?\${pairs.join("&")}\`;
}

/** What stands between may answer with something else than JSON. */
function problemOf(text: string): Problem {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
`;
