// Decision: reads tokens, not trees, because flows are planned at every boot and a parse costs a hundred times as much.
import { isJsonObject } from "../json.ts";
import type { ValueTemplate } from "../language/flow.ts";
import type { ExpressionSite } from "../nodes/definition.ts";
import { ExpressionError } from "./expression-error.ts";
import { skipOpaque } from "./skip-opaque.ts";
import { splitTemplate } from "./split-template.ts";

/** Ids of the nodes whose results the site reads (`nodes.x`, `nodes["x"]`), each once; total, also where it cannot be parsed. */
export function referencedNodes(site: ExpressionSite): readonly string[] {
  return [...new Set(readsIn(site).filter((id) => id !== undefined))];
}

/** As referencedNodes; undefined where `nodes` itself is read, and with it any of them. */
export function nodesReadByName(site: ExpressionSite): readonly string[] | undefined {
  const reads = readsIn(site);
  const named = reads.filter((id) => id !== undefined);
  return named.length < reads.length ? undefined : [...new Set(named)];
}

function readsIn(site: ExpressionSite): readonly (string | undefined)[] {
  const sources = site.type === "expression" ? [site.source] : templateSources(site.template);
  return sources.flatMap(nodesIn);
}

/** The expression sources in a template, at any depth; text that cannot be split has none. */
function templateSources(template: ValueTemplate): readonly string[] {
  if (typeof template === "string") return sourcesIn(template);
  if (Array.isArray(template)) return (template as readonly ValueTemplate[]).flatMap(templateSources);
  return isJsonObject(template) ? Object.values(template).flatMap(templateSources) : [];
}

function sourcesIn(text: string): readonly string[] {
  if (!text.includes("nodes")) return [];
  try {
    return splitTemplate(text).flatMap((part) => (part.type === "expression" ? [part.source] : []));
  } catch (error) {
    if (error instanceof ExpressionError) return [];
    throw error;
  }
}

// Our own constant patterns, anchored and without nested repetition: linear.
const identifier = /[A-Za-z_][A-Za-z0-9_]*/y;
const member = /\s*\.\s*([A-Za-z_][A-Za-z0-9_]*)/y;
const key = /\s*\[\s*(["'])([^"'\\\n]*)\1\s*\]/y;

/** For each place that reads `nodes`, the id beside it, if it is written there. */
function nodesIn(source: string): readonly (string | undefined)[] {
  if (!source.includes("nodes")) return [];
  const found: (string | undefined)[] = [];
  let isMember = false;
  for (let at = skipOpaque(source, 0); at < source.length; at = skipOpaque(source, at)) {
    const character = source.charAt(at);
    const word = matchAt(identifier, source, at)?.[0];
    if (word === "nodes" && !isMember) {
      found.push(matchAt(member, source, at + 5)?.[1] ?? matchAt(key, source, at + 5)?.[2]);
    }
    if (character.trim() !== "") isMember = character === ".";
    at += word?.length ?? 1;
  }
  return found;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
