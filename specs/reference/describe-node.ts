import type { FlowNode } from "../language/flow.ts";

/** `charge: payment charge by stripe`: what a node does, in a few words. */
export function describeNode(node: FlowNode): string {
  const guard = node.when === undefined ? "" : ` when ${node.when}`;
  const passed = node.onError === "continue" ? ", errors pass" : "";
  return `${node.id}: ${[node.type, ...facts(node)].join(" ")}${guard}${passed}`;
}

/** Each fact that a node may have, whatever its type. */
function facts(node: FlowNode): readonly string[] {
  const found: (string | undefined)[] = [
    "action" in node ? node.action : undefined,
    "operation" in node ? node.operation : undefined,
    "method" in node ? node.method : undefined,
    "url" in node && typeof node.url === "string" ? node.url : undefined,
    "entity" in node ? node.entity : undefined,
    "transition" in node ? `to ${node.transition}` : undefined,
    "template" in node ? node.template : undefined,
    "condition" in node ? node.condition : undefined,
    "on" in node ? node.on : undefined,
    "expr" in node ? node.expr : undefined,
    "items" in node ? `${node.items}, at most ${String(node.maximum)}` : undefined,
    "until" in node ? `until ${node.until}, at most ${String(node.maxAttempts)} times` : undefined,
    "provider" in node ? `by ${node.provider}` : undefined,
  ];
  return found.flatMap((fact) => fact ?? []);
}
