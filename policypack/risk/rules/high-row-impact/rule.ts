import { evidenceOf } from "../../flow/evidence.ts";
import type { Rule } from "../../rule.ts";
import { type RowWrite, rowWrites } from "../../where/row-writes.ts";

export const highRowImpact: Rule = {
  id: "high-row-impact",
  level: "yellow",
  title: "One write may touch more than 100 rows",
  rationale: "A large write holds its locks until it commits, and a mistake in it is a mistake in all of its rows.",
  fix: { kind: "add-limit", title: 'add a "limit" of at most 100 rows' },
  check: (context) =>
    rowWrites(context)
      .filter((write) => isHigh(write, context.rowThreshold))
      .map(({ node }) => ({
        node: node.id,
        ...(node.limit === undefined ? {} : { key: "limit" }),
        message:
          `"${node.id}" may write ${node.limit === undefined ? "any number of" : `up to ${node.limit}`} rows; ` +
          `add a "limit" of at most ${context.rowThreshold}`,
        confidence: "likely",
        evidence: evidenceOf(node, "action", "entity", "where", "limit"),
      })),
};

/** What is unbounded altogether is Red already. */
function isHigh({ node, bound }: RowWrite, threshold: number): boolean {
  const named = bound.type === "atMost" ? bound.rows : Infinity;
  const isUnbounded = node.limit === undefined && (bound.type === "all" || bound.type === "allOrNone");
  return !isUnbounded && Math.min(named, node.limit ?? Infinity) > threshold;
}
