import { around, evidenceOf, whereEvidence } from "../../flow/evidence.ts";
import { timesRun } from "../../flow/times-run.ts";
import type { Rule } from "../../rule.ts";
import { isUnbounded } from "../../where/row-bound.ts";
import { type RowWrite, rowWrites } from "../../where/row-writes.ts";

export const highRowImpact: Rule = {
  id: "high-row-impact",
  level: "yellow",
  title: "One write may touch more than 100 rows",
  rationale: "A large write holds its locks until it commits, and a mistake in it is a mistake in all of its rows.",
  fix: { kind: "add-limit", title: 'add a "limit" of at most 100 rows' },
  check: (context) =>
    rowWrites(context)
      .map((write) => ({ ...write, times: timesRun(write, context) }))
      .filter((write) => isHigh(write, context.rowThreshold))
      .map(({ node, facts, times }) => ({
        node: node.id,
        ...(node.limit === undefined ? {} : { key: "limit" }),
        message:
          `"${node.id}" may write ${node.limit === undefined ? "any number of" : `up to ${node.limit * times}`} rows; ` +
          `add a "limit" of at most ${context.rowThreshold}${times === 1 ? "" : " in all turns of the loop"}`,
        confidence: "likely",
        evidence: {
          ...evidenceOf(node, "action", "entity", "key", "limit", "values", "transition", "when"),
          ...whereEvidence(node.where),
          ...around({ node, facts }, context),
          times,
        },
      })),
};

/** What is unbounded altogether is Red already. */
function isHigh({ node, bound, times }: RowWrite & { readonly times: number }, threshold: number): boolean {
  const named = bound.type === "atMost" ? bound.rows : Infinity;
  const isRed = node.limit === undefined && isUnbounded(bound);
  return !isRed && Math.min(named, node.limit ?? Infinity) * times > threshold;
}
