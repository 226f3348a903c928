import { type HttpNode, isJsonObject, type JsonValue, splitTemplate, type Workspace } from "@lintel/specs";

/** Hosts that the node's request, or the one that undoes it, may go to; a dynamic host is known by its constant start alone. */
export function requestHosts(node: HttpNode, workspace: Workspace): readonly string[] {
  const provider = workspace.providers.find(({ name, type }) => name === node.provider && type === "http");
  const base = provider !== undefined && "baseUrl" in provider ? provider.baseUrl : undefined;
  const urls = [node.url, node.compensate?.["url"]].flatMap((url) =>
    url === undefined ? [] : readingsOf(url, workspace),
  );
  // With a provider the URL is a path below its base; one that is absolute all the same must not slip by.
  return [...new Set([...(base === undefined ? [] : [base]), ...urls].flatMap((url) => hostOf(url, base)))];
}

/**
 * Two readings of a URL template: up to the first part that only an execution knows (`https://api.stripe.com${input.path}`), and
 * with a stand-in for each such part (`https://${input.region}.stripe.com/`). Values of the workspace are known.
 */
function readingsOf(template: JsonValue, workspace: Workspace): readonly string[] {
  if (typeof template !== "string") return [];
  const texts = splitTemplate(template).map((part) =>
    part.type === "text" ? part.text : workspaceValue(part.source, workspace),
  );
  const unknown = texts.indexOf(undefined);
  const start = unknown < 0 ? texts : texts.slice(0, unknown);
  return [start.join(""), texts.map((text) => text ?? "x").join("")];
}

function workspaceValue(source: string, { values }: Workspace): string | undefined {
  const [root, member, name, ...others] = source.trim().split(".");
  if (root !== "workspace" || member !== "values" || name === undefined || others.length > 0) return undefined;
  const value = isJsonObject(values) && Object.hasOwn(values, name) ? values[name] : undefined;
  return value === undefined || typeof value === "object" ? undefined : String(value);
}

function hostOf(url: string, base: string | undefined): readonly string[] {
  const parsed = URL.parse(url.trim(), base);
  return parsed === null || parsed.hostname === "" ? [] : [parsed.hostname];
}
