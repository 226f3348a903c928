import type { WriteNode } from "@lintel/specs";
import { around, evidenceOf, whereEvidence } from "../../flow/evidence.ts";
import { timesRun } from "../../flow/times-run.ts";
import type { Rule } from "../../rule.ts";
import { isUnbounded } from "../../where/row-bound.ts";
import { type RowWrite, rowWrites } from "../../where/row-writes.ts";
import { cascadesOf } from "./cascades.ts";

export const highRowImpact: Rule = {
  id: "high-row-impact",
  level: "yellow",
  title: "One write may touch more than 100 rows",
  rationale: "A large write holds its locks until it commits, and a mistake in it is a mistake in all of its rows.",
  fix: { kind: "add-limit", title: 'add a "limit" of at most 100 rows' },
  check: (context) =>
    rowWrites(context)
      .map((write) => ({ ...write, times: timesRun(write, context), cascades: cascadesOf(write.node, context) }))
      .filter((write) => isHigh(write, context.rowThreshold))
      .map(({ node, facts, times, cascades }) => ({
        node: node.id,
        ...(node.limit === undefined || cascades.length > 0 ? {} : { key: "limit" }),
        message: describe(node, times, cascades, context.rowThreshold),
        confidence: "likely",
        evidence: {
          ...evidenceOf(node, "action", "entity", "key", "limit", "values", "transition", "when"),
          ...whereEvidence(node.where),
          ...around({ node, facts }, context),
          times,
          ...(cascades.length === 0 ? {} : { cascades }),
        },
      })),
};

interface Reach {
  readonly times: number;
  readonly cascades: readonly string[];
}

function describe({ id, limit }: WriteNode, times: number, cascades: readonly string[], threshold: number): string {
  if (cascades.length > 0)
    return `"${id}" takes along any number of rows of ${cascades.join(", ")} by "onDelete: cascade"; delete those first, in limited steps`;
  const rows = limit === undefined ? "any number of" : `up to ${String(limit * times)}`;
  const turns = times === 1 ? "" : " in all turns of the loop";
  return `"${id}" may write ${rows} rows; add a "limit" of at most ${String(threshold)}${turns}`;
}

/** What is unbounded altogether is Red already. */
function isHigh({ node, bound, times, cascades }: RowWrite & Reach, threshold: number): boolean {
  const named = bound.type === "atMost" ? bound.rows : Infinity;
  const isRed = node.limit === undefined && isUnbounded(bound);
  return !isRed && (cascades.length > 0 || Math.min(named, node.limit ?? Infinity) * times > threshold);
}
