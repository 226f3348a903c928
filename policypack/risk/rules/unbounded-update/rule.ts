import { evidenceOf } from "../../flow/evidence.ts";
import type { Rule } from "../../rule.ts";
import { isUnbounded } from "../../where/row-bound.ts";
import { type RowWrite, rowWrites } from "../../where/row-writes.ts";

const advice = 'add a "where" that compares fields of the row, or a "limit"';

export const unboundedUpdate: Rule = {
  id: "unbounded-update",
  level: "red",
  title: "A write has no bound on its rows",
  rationale: "One call rewrites the whole table; nobody notices until the first customer asks where the data went.",
  fix: { kind: "add-where-or-limit", title: advice },
  check: (context) =>
    rowWrites(context)
      .filter(({ node, bound }) => node.limit === undefined && isUnbounded(bound))
      .map(({ node, bound }) => ({
        node: node.id,
        ...(node.where === undefined ? {} : { key: "where" }),
        message: describe(node, bound),
        confidence: bound.type === "all" ? "certain" : "likely",
        evidence: evidenceOf(node, "action", "entity", "where", "limit"),
      })),
};

function describe({ id, where }: RowWrite["node"], bound: RowWrite["bound"]): string {
  if (where === undefined) return `"${id}" writes every row; add "where"`;
  if (bound.type === "all") return `"${id}" writes every row, because its "where" is always true; ${advice}`;
  if (bound.type === "unproven")
    return `"${id}" may write every row, because its "where" says too much at once to be judged; ${advice}`;
  return `"${id}" writes every row or none, because its "where" never looks at the row; ${advice}`;
}
