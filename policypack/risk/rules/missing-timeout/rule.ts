import { type FlowNode, isExternal } from "@lintel/specs";
import { actionOf } from "../../flow/evidence.ts";
import type { Rule } from "../../rule.ts";

export const missingTimeout: Rule = {
  id: "missing-timeout",
  level: "yellow",
  title: "An external call has no timeout",
  rationale:
    "A server that never answers holds the caller, a connection and a place in the service until they are all gone.",
  fix: { kind: "add-timeout", title: "add a timeout" },
  check: ({ parts }) =>
    parts
      .filter(({ node }) => isExternal(node) && !endsInTime(node))
      .map(({ node }) => ({
        node: node.id,
        message: `"${node.id}" (${node.type}) has no timeout; add "timeout" here or to the workspace's defaults`,
        confidence: "certain",
        evidence: actionOf(node),
      })),
};

/** A timeout of nothing is none. */
function endsInTime(node: FlowNode): boolean {
  return "timeout" in node && (node.timeout ?? 0) > 0;
}
