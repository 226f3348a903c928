import { evidenceOf, whereEvidence } from "../../flow/evidence.ts";
import { timesRun } from "../../flow/times-run.ts";
import { partsOf } from "../../risk-context.ts";
import type { Rule } from "../../rule.ts";
import { rowBound } from "../../where/row-bound.ts";

export const unlimitedRead: Rule = {
  id: "unlimited-read",
  level: "yellow",
  title: "A read has no limit",
  rationale: "The table grows, the answer grows with it, and one day a call takes the memory of the whole service.",
  fix: { kind: "add-limit", title: 'add a "limit"' },
  check: (context) =>
    partsOf(context, "read")
      .filter(({ node }) => !node.one && node.limit === undefined)
      .filter(
        ({ node }) => rowBound(node.where, context.entities.get(node.entity), context.tool.input).type !== "atMost",
      )
      .map((part) => ({ node: part.node, times: timesRun(part, context) }))
      .map(({ node, times }) => ({
        node: node.id,
        message: `"${node.id}" reads any number of rows; add "limit"`,
        confidence: "certain",
        evidence: {
          ...evidenceOf(node, "entity", "include", "includeDeleted", "when"),
          ...whereEvidence(node.where),
          times,
        },
      })),
};
