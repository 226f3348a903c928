import { parse } from "@bufbuild/cel";
import { isJsonObject } from "../json.ts";
import type { ValueTemplate } from "../language/flow.ts";
import type { ExpressionSite } from "../nodes/definition.ts";

/** placeholder: replaced by the expressions work */
export function referencedNodes(site: ExpressionSite): readonly string[] {
  const sources = site.type === "expression" ? [site.source] : sourcesIn(site.template);
  return [
    ...new Set(
      sources.flatMap((source) => [...source.matchAll(/\bnodes\.([A-Za-z_][A-Za-z0-9_]*)/g)].map((m) => m[1] ?? "")),
    ),
  ];
}

function sourcesIn(template: ValueTemplate): readonly string[] {
  if (typeof template === "string") return [...template.matchAll(/\$\{([^}]*)\}/g)].map((m) => m[1] ?? "");
  if (Array.isArray(template)) return (template as readonly ValueTemplate[]).flatMap(sourcesIn);
  return isJsonObject(template) ? Object.values(template).flatMap(sourcesIn) : [];
}
void parse;
