// Decision 0010: what runs locally is the bundle with other addresses (issuer, providers, hosts) and shorter waits, nothing else;
// it has a digest of its own.
import {
  assembleBundle,
  type Bundle,
  type FlowNode,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type Provider,
  type RetryPolicy,
  type Tool,
  type Workspace,
} from "@lintel/specs";
import { type LocalIssuer, localAlgorithm } from "./issuer.ts";

export interface LocalAddresses {
  readonly issuer: Pick<LocalIssuer, "url" | "jwks">;
  /** URL of a provider's stand-in: no local run reaches the real one. */
  readonly provider: (provider: Provider) => string;
  /** Base URL of the stand-in of a host that a url names; undefined leaves it. */
  readonly host: (host: string) => string | undefined;
}

/** Milliseconds at most: stand-ins answer at once, and nobody wants to wait for one that does not. */
const longestDelay = 10;
const longestTimeout = 2000;

/** The bundle as it runs locally. */
export function localBundle(bundle: Bundle, addresses: LocalAddresses): Bundle {
  const { workspace, entities, tools, policies } = bundle;
  return assembleBundle({
    workspace: localWorkspace(workspace, addresses),
    entities,
    tools: tools.map((tool): Tool => ({ ...tool, flow: localNodes(tool.flow, addresses) })),
    policies,
  });
}

function localWorkspace(workspace: Workspace, addresses: LocalAddresses): Workspace {
  const { url: issuer, jwks } = addresses.issuer;
  const { defaults } = workspace;
  return {
    ...workspace,
    auth: { ...workspace.auth, issuer, jwks, algorithms: [localAlgorithm] },
    providers: workspace.providers.map((provider) => localProvider(provider, addresses)),
    defaults: {
      ...defaults,
      ...(defaults.retry === undefined ? {} : { retry: shortened(defaults.retry) }),
      ...(defaults.timeout === undefined ? {} : { timeout: Math.min(defaults.timeout, longestTimeout) }),
    },
  };
}

function localProvider(provider: Provider, addresses: LocalAddresses): Provider {
  const url = addresses.provider(provider);
  // Rate limits protect the real service.
  const { rateLimit, ...rest } = provider;
  return rest.type === "email" ? { ...rest, url } : { ...rest, baseUrl: url };
}

function shortened(retry: RetryPolicy): RetryPolicy {
  const cap = (delay: number): number => Math.min(delay, longestDelay);
  return { ...retry, initialDelay: cap(retry.initialDelay), maxDelay: cap(retry.maxDelay) };
}

function localNodes(flow: readonly FlowNode[], addresses: LocalAddresses): readonly FlowNode[] {
  return localValue(flow as unknown as JsonValue, addresses) as unknown as readonly FlowNode[];
}

/** Nodes stand in nodes under keys of their own; whatever the depth, a `url`, `retry` or `timeout` of one is found. */
function localValue(value: JsonValue, addresses: LocalAddresses): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => localValue(item, addresses));
  if (!isJsonObject(value)) return value;
  const isNode = typeof value["type"] === "string" && typeof value["id"] === "string";
  const inner = Object.entries(value).map(([key, member]) => [key, localValue(member, addresses)] as const);
  const copy: JsonObject = Object.fromEntries(inner);
  return isNode ? localNode(copy, addresses) : copy;
}

function localNode(node: JsonObject, addresses: LocalAddresses): JsonObject {
  const { url, timeout, retry, compensate, type } = node;
  const isCall = type === "http" || type === "payment" || type === "email";
  if (!isCall) return node;
  return {
    ...node,
    ...(typeof url === "string" ? { url: localUrl(url, addresses) } : {}),
    ...(typeof timeout === "number" ? { timeout: Math.min(timeout, longestTimeout) } : {}),
    ...(isJsonObject(retry) ? { retry: shortened(retry as unknown as RetryPolicy) as unknown as JsonObject } : {}),
    ...(isJsonObject(compensate) && typeof compensate["url"] === "string"
      ? { compensate: { ...compensate, url: localUrl(compensate["url"], addresses) } }
      : {}),
  };
}

/** A url that names its host leads to that host's stand-in. */
function localUrl(url: string, { host }: LocalAddresses): string {
  const [origin = "", name = ""] = /^https?:\/\/([^/?#]+)(?=[/?#]|$)/u.exec(url) ?? [];
  const base = name === "" ? undefined : host(name);
  return base === undefined ? url : base + url.slice(origin.length);
}
