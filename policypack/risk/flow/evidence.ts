import { canonicalJson, type FlowNode, type JsonObject, parseExpression, type Where } from "@lintel/specs";
import { textOf } from "../where/expression-parts.ts";

/**
 * The named fields of a node as evidence, its id and type always: an id is unique in its tool, so the acceptance of one node
 * never covers a second one that is added later with the same fields.
 */
export function evidenceOf(node: FlowNode, ...fields: readonly string[]): JsonObject {
  const record = node as unknown as JsonObject;
  const kept = ["id", "type", ...fields].filter((field) => record[field] !== undefined);
  return Object.fromEntries(kept.map((field) => [field, record[field] ?? null]));
}

/** A where as evidence: a bare expression by its tree, so that white space in it is no change. */
export function whereEvidence(where: Where | undefined): JsonObject {
  if (where === undefined) return {};
  return { where: typeof where === "string" ? treeText(where) : (where as JsonObject) };
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

/** Evidence about several nodes, whatever their order. */
export function inAnyOrder(items: readonly JsonObject[]): readonly JsonObject[] {
  return [...items].sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
}
