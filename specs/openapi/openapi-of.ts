// Decision: made of the bundle alone, by a pure function, so that what is published is what is served, byte for byte.
import type { Bundle } from "../bundle/bundle.ts";
import { canonicalJson } from "../bundle/canonical-json.ts";
import type { Tool } from "../language/tool.ts";
import { componentsOf } from "./components.ts";
import type { OpenApiDocument, OpenApiMethod, OpenApiOperation } from "./openapi-document.ts";
import { operationOf } from "./operation.ts";
import { sharedPath } from "./shared-path.ts";

export interface OpenApiOptions {
  /** Risk level by tool name; written as `x-lintel-risk`. */
  readonly risk?: Readonly<Record<string, string>>;
  /** Base URLs, as far as they are known. */
  readonly servers?: readonly string[];
}

/** The OpenAPI 3.1 document of a workspace: its http tools and webhooks. Schedules are called by Cloud Scheduler, not by clients. */
export function openApiOf(given: Bundle, { risk = {}, servers = ["/"] }: OpenApiOptions = {}): OpenApiDocument {
  // A bundle that was written and read again has its keys in another order than the specs; parameters follow that order.
  const bundle = JSON.parse(canonicalJson(given)) as Bundle;
  const { workspace, digest } = bundle;
  const operations = bundle.tools.flatMap((tool) => placed(tool, bundle, risk[tool.name]));
  const tags = [...new Set(operations.flatMap(({ operation }) => operation.tags))].sort();
  return {
    openapi: "3.1.1",
    info: {
      title: workspace.name,
      ...(workspace.description === undefined ? {} : { description: workspace.description }),
      // The document's own version: another digest is another one.
      version: digest.slice("sha256:".length, "sha256:".length + 12),
      "x-lintel-digest": digest,
    },
    servers: servers.map((url) => ({ url })),
    tags: tags.map((name) => ({ name })),
    paths: byPath(operations),
    components: componentsOf(bundle),
  };
}

interface Placed {
  readonly path: string;
  readonly method: OpenApiMethod;
  readonly operation: OpenApiOperation;
}

function placed(tool: Tool, bundle: Bundle, risk: string | undefined): readonly Placed[] {
  const { trigger } = tool;
  if (trigger.type === "schedule") return [];
  const { path, names } = sharedPath(trigger.path, bundle.tools);
  const method = trigger.type === "http" ? (trigger.method.toLowerCase() as OpenApiMethod) : "post";
  return [{ path, method, operation: operationOf(tool, bundle, names, risk) }];
}

function byPath(operations: readonly Placed[]): OpenApiDocument["paths"] {
  const paths = [...new Set(operations.map(({ path }) => path))].sort();
  return Object.fromEntries(
    paths.map((path) => {
      const here = operations.filter((operation) => operation.path === path);
      return [path, Object.fromEntries(here.map(({ method, operation }) => [method, operation]))];
    }),
  );
}
