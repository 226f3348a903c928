import { type FlowNode, referencedNodes, sitesOf } from "@lintel/specs";
import type { FlowPart, RiskContext } from "../../risk-context.ts";

/** The checks that look at what the node answered, directly or through nodes that only compute: who accepts its reach relies on them. */
export function checksOn({ node }: FlowPart, { parts, byId }: RiskContext): readonly FlowPart[] {
  const looksAt = (other: FlowNode, seen: ReadonlySet<string>): boolean =>
    sitesOf(other)
      .flatMap(referencedNodes)
      .filter((id) => !seen.has(id))
      .some((id) => {
        const read = byId.get(id);
        if (id === node.id || read?.facts.effect !== "none") return id === node.id;
        return looksAt(read.node, new Set([...seen, id]));
      });
  return parts.filter((part) => "expr" in part.node && looksAt(part.node, new Set()));
}
