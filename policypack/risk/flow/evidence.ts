import {
  branchesOf,
  canonicalJson,
  type FlowNode,
  type JsonObject,
  parseExpression,
  sitesOf,
  type Where,
} from "@lintel/specs";
import type { FlowPart, RiskContext } from "../risk-context.ts";
import { textOf } from "../where/expression-parts.ts";
import { normalExpression, normalTemplate } from "./normal-source.ts";

/**
 * The named fields of a node as evidence, its id and type always: an id is unique in its tool, so the acceptance of one node
 * never covers a second one that is added later with the same fields.
 */
export function evidenceOf(node: FlowNode, ...fields: readonly string[]): JsonObject {
  const record = node as unknown as JsonObject;
  const kept = ["id", "type", ...fields].filter((field) => record[field] !== undefined);
  const bare = new Set(sitesOf(node).flatMap(({ type, path }) => (type === "expression" ? [path] : [])));
  return Object.fromEntries(
    kept.map((field) => {
      const value = record[field] ?? null;
      const isBare = typeof value === "string" && bare.has(field);
      return [field, isBare ? normalExpression(value) : normalTemplate(value)];
    }),
  );
}

/** The conditions and loops that the part stands in, as evidence; none for what always runs once. */
export function around({ facts, node }: FlowPart, { byId }: RiskContext): JsonObject {
  const path = [...facts.within, node.id];
  const found = facts.within.flatMap((id, index) => {
    const container = byId.get(id)?.node;
    if (container === undefined) return [];
    const taken = byId.get(path[index + 1] ?? "")?.facts.branch ?? "";
    const isPlain = branchesOf(container).every(({ runs }) => runs === "once");
    if (isPlain && container.when === undefined) return [];
    return { ...evidenceOf(container, "when", "condition", "on", "items", "maximum", "until", "maxAttempts"), taken };
  });
  return found.length === 0 ? {} : { around: found };
}

/** A where as evidence: a bare expression by its tree, so that white space in it is no change. */
export function whereEvidence(where: Where | undefined): JsonObject {
  if (where === undefined) return {};
  return { where: typeof where === "string" ? treeText(where) : normalTemplate(where as JsonObject) };
}

function treeText(source: string): string {
  try {
    return textOf(parseExpression(source));
  } catch {
    return source; // it cannot be compiled, so it never runs
  }
}

/** Everything that says what a node does and to whom; not when it runs, how long it waits or why it is there. */
export function actionOf(node: FlowNode): JsonObject {
  const aside = new Set(["after", "why", "timeout", "retry", "delivery"]);
  return evidenceOf(node, ...Object.keys(node).filter((field) => !aside.has(field)));
}

/** What the part does, and under which conditions. */
export function placedAction(part: FlowPart, context: RiskContext): JsonObject {
  return { ...actionOf(part.node), ...around(part, context) };
}

/** Evidence about several nodes, whatever their order. */
export function inAnyOrder(items: readonly JsonObject[]): readonly JsonObject[] {
  return [...items].sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
}
