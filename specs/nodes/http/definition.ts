import { compensationSites } from "../compensation-sites.ts";
import { type NodeDefinition, template, templates } from "../definition.ts";

/** RFC 9110 section 9.2.1. */
const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

export const http: NodeDefinition<"http"> = {
  type: "http",
  category: "external",
  summary: "Calls another service over HTTP.",
  opensTransaction: false,
  effect: (node) => (safeMethods.has(node.method) ? "externalRead" : "externalWrite"),
  branches: () => [],
  sites: (node) => [
    ...template("url", node.url),
    ...templates("query", node.query),
    ...templates("headers", node.headers),
    ...template("body", node.body),
    ...compensationSites(node),
  ],
};
