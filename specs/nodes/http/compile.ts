import { checkJsonSchema } from "../../compile/check-json-schema.ts";
import { compact } from "../../compile/compact.ts";
import type { JsonObject } from "../../json.ts";
import type { HttpMethod, HttpNode, ValueTemplate } from "../../language/flow.ts";
import { type AuthoredExternal, externalFields } from "../external-fields.ts";
import type { AuthoredNode, CompileNode } from "../node-compiler.ts";
import { fixesHost } from "./fixed-host.ts";

interface AuthoredHttp extends AuthoredNode, AuthoredExternal {
  readonly provider?: string;
  readonly method: HttpMethod;
  readonly url: string;
  readonly query?: Readonly<Record<string, ValueTemplate>>;
  readonly headers?: Readonly<Record<string, ValueTemplate>>;
  readonly body?: ValueTemplate;
  readonly response?: JsonObject;
}

export const compileHttp: CompileNode<"http"> = (node, context) => {
  const { provider, method, url, query = {}, headers = {}, body, response, ...external } = node as AuthoredHttp;
  const name = provider === undefined ? undefined : context.provider("http", provider);
  const urls = [["url", url] as const, ...compensationUrl(external)];
  for (const [key, text] of urls) {
    const path = key.split("/");
    if (name === undefined && !fixesHost(text)) context.report("not-absolute", path, {});
    if (name !== undefined && !/^(\/|\$\{)/.test(text)) context.report("not-a-path", path, {});
  }
  if (response !== undefined) checkJsonSchema(response, ["response"], context.report);
  return compact<HttpNode>({
    ...externalFields(external, context),
    type: "http",
    provider: name,
    method,
    url,
    query,
    headers,
    body,
    response,
  });
};

function compensationUrl({ compensate }: AuthoredExternal): readonly (readonly [string, string])[] {
  const url = compensate?.["url"];
  return typeof url === "string" ? [["compensate/url", url]] : [];
}
