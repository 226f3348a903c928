import { type FlowNode, isExternal } from "@lintel/specs";
import { actionOf } from "../../flow/evidence.ts";
import type { RiskContext } from "../../risk-context.ts";
import type { Rule } from "../../rule.ts";

export const missingRetry: Rule = {
  id: "missing-retry",
  level: "yellow",
  title: "An external call is not retried",
  rationale: "Networks fail for seconds at a time; without a retry each such second is a failed call of a customer.",
  fix: { kind: "add-retry", title: "add retry: 3 attempts, exponential backoff" },
  check: (context) =>
    context.parts
      .filter(({ node }) => isExternal(node) && !triesAgain(node))
      .filter(({ facts }) => !facts.within.some((id) => isRetried(id, context)))
      .map(({ node }) => ({
        node: node.id,
        message: `"${node.id}" (${node.type}) is not retried; add "retry" here or to the workspace's defaults`,
        confidence: "certain",
        evidence: actionOf(node),
      })),
};

/** A container that retries what is in it. */
function isRetried(id: string, { byId }: RiskContext): boolean {
  const container = byId.get(id);
  return container !== undefined && triesAgain(container.node);
}

/** One attempt in all is no retry. */
function triesAgain(node: FlowNode): boolean {
  return "retry" in node && node.retry.maxAttempts > 1;
}
