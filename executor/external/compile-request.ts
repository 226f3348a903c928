import { isJsonObject, type JsonObject, type JsonValue, newFuel } from "@lintel/specs";
import { ExecutionError } from "../errors/execution-error.ts";
import { contextOf, type FlowRun } from "../flow/flow-run.ts";
import type { Preparation } from "../nodes/runner.ts";
import { SettingsError } from "../settings.ts";
import { compileUrl, type RequestSite } from "./compile-url.ts";
import type { HttpRequest } from "./http-request.ts";

/** Makes a request of a flow, its timeout left aside. */
export type BuildRequest = (run: FlowRun) => Omit<HttpRequest, "timeout">;

/** Compiles the request of an `http` node or of its compensation: to one host, which no value of a call can change. */
export function compileRequest(fields: JsonObject, site: RequestSite, preparation: Preparation): BuildRequest {
  const { node, place, provider } = site;
  const locate = compileUrl(fields["url"] ?? null, site, preparation);
  const [query, headers, body] = [fields["query"], fields["headers"], fields["body"]].map((template) =>
    template === undefined ? undefined : preparation.template(template, node, place),
  );
  checkHeaderNames(fields["headers"] ?? null, node);
  const secret = provider?.secret === undefined ? undefined : headerSecret(provider.secret, preparation);
  const auth = provider?.auth ?? { header: "Authorization", prefix: "Bearer " };
  const method = typeof fields["method"] === "string" ? fields["method"] : "GET";
  return (run) => {
    const evaluate = (template: typeof query): JsonValue => template?.(contextOf(run), newFuel()) ?? null;
    return {
      method,
      url: locate(run, textRecord(evaluate(query), node)),
      headers: {
        ...textRecord(evaluate(headers), node),
        ...(secret === undefined ? {} : { [auth.header]: `${auth.prefix}${secret}` }),
      },
      body: body === undefined ? undefined : evaluate(body),
      network: provider?.network ?? "public",
    };
  };
}

/** Headers that say where a message goes and where it ends: they are the connection's, never a flow's. */
const ownHeaders: ReadonlySet<string> = new Set(
  "host connection content-length transfer-encoding te trailer upgrade keep-alive expect proxy-authorization".split(
    " ",
  ),
);

/** @throws SettingsError for a name that no header has, or that is not the flow's to set */
function checkHeaderNames(headers: JsonValue, node: string): void {
  for (const name of isJsonObject(headers) ? Object.keys(headers) : []) {
    if (ownHeaders.has(name.toLowerCase())) {
      throw new SettingsError(`node ${node}: the header ${name} is set by the executor alone; leave it out`);
    }
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/u.test(name)) {
      throw new SettingsError(`node ${node}: ${JSON.stringify(name)} is no name of a header (RFC 9110, section 5.1)`);
    }
  }
}

/** @throws SettingsError for a secret that no header can hold, such as one with a line break at its end */
function headerSecret(name: string, { secret }: Preparation): string {
  const value = secret(name);
  if (/^[\t\x20-\x7e\x80-\xff]*$/u.test(value)) return value;
  throw new SettingsError(
    `secret ${name} holds a line break or another character that no header can; store it without`,
  );
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
