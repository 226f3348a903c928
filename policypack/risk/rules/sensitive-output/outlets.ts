import type { FlowNode, JsonValue } from "@lintel/specs";

/** A template of a node whose value goes to somebody else. */
export interface Outlet {
  /** Key path below the node. */
  readonly key: string;
  readonly value: JsonValue;
}

/** What a node sends out. The customer and the charge of a payment are what its provider is for. */
export function outletsOf(node: FlowNode): readonly Outlet[] {
  if (node.type === "email") return present({ to: node.to, subject: node.subject, values: node.values });
  if (node.type === "payment") return present({ metadata: node.metadata });
  if (node.type !== "http") return [];
  const { url, query, headers, body, compensate } = node;
  return present({ url, query, headers, body, compensate });
}

function present(values: Readonly<Record<string, JsonValue | undefined>>): readonly Outlet[] {
  return Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value }]));
}
