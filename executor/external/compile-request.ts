import {
  type HttpProvider,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  newFuel,
  type ScopePlace,
  splitTemplate,
} from "@lintel/specs";
import { ExecutionError } from "../errors/execution-error.ts";
import { contextOf, type FlowRun } from "../flow/flow-run.ts";
import type { Preparation } from "../nodes/runner.ts";
import { SettingsError } from "../settings.ts";
import type { HttpRequest } from "./http-request.ts";

/** Makes a request of a flow, its timeout left aside. */
export type BuildRequest = (run: FlowRun) => Omit<HttpRequest, "timeout">;

interface RequestSite {
  readonly node: string;
  readonly place: ScopePlace;
  readonly provider: HttpProvider | undefined;
}

/** Compiles the request of an `http` node or of its compensation: to one host, which no value of a call can change. */
export function compileRequest(fields: JsonObject, site: RequestSite, preparation: Preparation): BuildRequest {
  const { node, place, provider } = site;
  const base = baseUrl(fields, site);
  const templates = ["url", "query", "headers", "body"].map((key) => [key, fields[key]] as const);
  const [url, query, headers, body] = templates.map(([, template]) =>
    template === undefined ? undefined : preparation.template(template, node, place),
  );
  const secret = provider?.secret === undefined ? undefined : preparation.secret(provider.secret);
  const auth = provider?.auth ?? { header: "Authorization", prefix: "Bearer " };
  const method = typeof fields["method"] === "string" ? fields["method"] : "GET";
  return (run) => {
    const evaluate = (template: typeof url): JsonValue => template?.(contextOf(run), newFuel()) ?? null;
    return {
      method,
      url: locate(base, evaluate(url), textRecord(evaluate(query), node), node),
      headers: {
        ...textRecord(evaluate(headers), node),
        ...(secret === undefined ? {} : { [auth.header]: `${auth.prefix}${secret}` }),
      },
      body: body === undefined ? undefined : evaluate(body),
    };
  };
}

/** The provider's base URL, else the origin that the url's own text begins with. @throws SettingsError when none is fixed */
function baseUrl({ url }: JsonObject, { node, provider }: RequestSite): URL {
  if (provider !== undefined) return new URL(provider.baseUrl);
  const [first] = typeof url === "string" ? splitTemplate(url) : [];
  const text = first?.type === "text" ? first.text : "";
  const origin = /^https?:\/\/[^/?#]+(?=[/?#]|$)/u.exec(text)?.[0];
  const isWhole = origin !== undefined && (origin.length < text.length || text === url);
  if (isWhole && URL.canParse(origin)) return new URL(origin);
  throw new SettingsError(
    `node ${node}: the host of its url is not fixed; name a provider, or begin with https://host/`,
  );
}

function locate(base: URL, path: JsonValue, query: Readonly<Record<string, string>>, node: string): URL {
  if (typeof path !== "string") throw new ExecutionError("invalid-value", { node, detail: "the url is not text" });
  const text = path;
  const isAbsolute = /^https?:\/\//u.test(text);
  const prefix = base.href.replace(/\/$/u, "");
  const joined = isAbsolute ? text : `${prefix}/${text.replace(/^\//u, "")}`;
  if (!URL.canParse(joined)) throw new ExecutionError("invalid-value", { node, detail: "the url cannot be read" });
  const url = new URL(joined);
  const folder = base.pathname.replace(/\/?$/u, "/");
  if (url.origin !== base.origin || !`${url.pathname}/`.startsWith(folder)) {
    throw new ExecutionError("invalid-value", { node, detail: "the url would leave the provider's own" });
  }
  for (const [name, value] of Object.entries(query)) url.searchParams.append(name, value);
  return url;
}

/** Text by name; null leaves a name out. */
function textRecord(value: JsonValue, node: string): Readonly<Record<string, string>> {
  if (!isJsonObject(value)) return {};
  const entries = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(entries.map(([name, inner]) => [name, textOf(inner, node)] as const));
}

function textOf(value: JsonValue, node: string): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (/^[\t\x20-\x7e\x80-\xff]*$/u.test(text)) return text;
  throw new ExecutionError("invalid-value", {
    node,
    detail: "a header or query value holds characters that it cannot",
  });
}
