// Decision: a value of a call becomes one segment or one query value of a url, and never changes its host.
import { type HttpProvider, type JsonValue, newFuel, type ScopePlace, splitTemplate } from "@lintel/specs";
import { ExecutionError } from "../errors/execution-error.ts";
import { contextOf, type FlowRun } from "../flow/flow-run.ts";
import type { Preparation } from "../nodes/runner.ts";
import { SettingsError } from "../settings.ts";
import { hostFlaw } from "./checked-lookup.ts";

/** Where a request stands in the specs. */
export interface RequestSite {
  readonly node: string;
  readonly place: ScopePlace;
  readonly provider: HttpProvider | undefined;
}

/** Makes a request's url, with further query parameters. @throws ExecutionError invalid-value */
export type LocateRequest = (run: FlowRun, query: Readonly<Record<string, string>>) => URL;

/**
 * Compiles a url: text of the spec stays as it is, what expressions give in between is escaped. A url that is one expression
 * gives a whole path. Either way it stays below the provider's base URL, or on the host that the text names.
 * @throws SettingsError when no host is fixed
 */
export function compileUrl(template: JsonValue, site: RequestSite, preparation: Preparation): LocateRequest {
  const { node, place } = site;
  const parts = typeof template === "string" ? splitTemplate(template) : [];
  const [first] = parts;
  const base = baseUrl(first?.type === "text" ? first.text : "", parts.length === 1, site);
  const isOnePath = parts.length === 1 && first?.type === "expression";
  const texts = parts.map((part) => {
    if (part.type === "text") return () => part.text;
    const evaluate = preparation.template(`\${${part.source}}`, node, place);
    const read = (run: FlowRun): string => textOf(evaluate(contextOf(run), newFuel()), node);
    return isOnePath ? read : (run: FlowRun) => escapeSegment(read(run), node);
  });
  return (run, query) => {
    const url = join(base, texts.map((text) => text(run)).join(""), node);
    for (const [name, value] of Object.entries(query)) url.searchParams.append(name, value);
    return url;
  };
}

function baseUrl(text: string, isWhole: boolean, site: RequestSite): URL {
  const base = fixedUrl(text, isWhole, site);
  const flaw = hostFlaw(base.hostname);
  if (flaw === undefined) return base;
  throw new SettingsError(`node ${site.node}: its host ${base.hostname} ${flaw}; name another host`);
}

function fixedUrl(text: string, isWhole: boolean, { node, provider }: RequestSite): URL {
  if (provider !== undefined) return new URL(provider.baseUrl);
  const origin = /^https?:\/\/[^/?#]+(?=[/?#]|$)/u.exec(text)?.[0];
  if (origin !== undefined && (isWhole || origin.length < text.length) && URL.canParse(origin)) return new URL(origin);
  throw new SettingsError(
    `node ${node}: the host of its url is not fixed; name a provider, or begin with https://host/`,
  );
}

function join(base: URL, text: string, node: string): URL {
  const isAbsolute = /^https?:\/\//u.test(text);
  const joined = isAbsolute ? text : `${base.href.replace(/\/$/u, "")}/${text.replace(/^\//u, "")}`;
  if (!URL.canParse(joined)) throw new ExecutionError("invalid-value", { node, detail: "the url cannot be read" });
  const url = new URL(joined);
  const folder = base.pathname.replace(/\/?$/u, "/");
  const isInside = url.origin === base.origin && `${url.pathname}/`.startsWith(folder);
  if (isInside && url.username === "" && url.password === "") return url;
  throw new ExecutionError("invalid-value", { node, detail: "the url would leave the provider's own" });
}

/** Dots alone would be a step to another folder, which escaping does not prevent (WHATWG URL, double-dot segment). */
function escapeSegment(text: string, node: string): string {
  if (text !== "" && !/^\.{1,2}$/u.test(text) && text.isWellFormed()) return encodeURIComponent(text);
  throw new ExecutionError("invalid-value", { node, detail: "a value cannot stand in the url" });
}

function textOf(value: JsonValue, node: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new ExecutionError("invalid-value", { node, detail: "a value in the url is neither text nor number" });
}
