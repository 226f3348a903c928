import { isJsonObject, type JsonObject, type JsonValue, newFuel } from "@lintel/specs";
import { ExecutionError } from "../errors/execution-error.ts";
import { contextOf, type FlowRun } from "../flow/flow-run.ts";
import type { Preparation } from "../nodes/runner.ts";
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
  const secret = provider?.secret === undefined ? undefined : preparation.secret(provider.secret);
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
    };
  };
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
