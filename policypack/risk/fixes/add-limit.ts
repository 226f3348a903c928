import { branchesOf } from "@lintel/specs";
import type { FixContext, Fixer, FixPlan, Located } from "./fixer.ts";
import { located } from "./locate-nodes.ts";

/**
 * A limit of as many rows as are no high impact. Unsafe: a read then answers fewer rows, and a write that would change more is
 * rolled back.
 */
export const addLimit: Fixer = (context) => {
  const rows = located(context.finding.node, context);
  if (rows === undefined) return "the node does not stand in the tool's file";
  return [limited(rows, context)];
};

export function limited(rows: Located, context: FixContext): FixPlan {
  const limit = Math.max(1, Math.floor(context.rowThreshold / turnsOf(rows, context)));
  const does = rows.facts.effect === "write" ? "changes" : "reads";
  return {
    safety: "unsafe",
    title: `"${rows.node.id}" ${does} at most ${String(limit)} rows`,
    operations: [{ type: "set", path: [...rows.path, "limit"], value: limit }],
  };
}

/** How often the node runs at most, through all loops around it. */
function turnsOf({ node, facts }: Located, context: FixContext): number {
  const path = [...facts.within, node.id];
  return facts.within.reduce((turns, id, index) => {
    const container = located(id, context)?.node;
    const branches = container === undefined ? [] : branchesOf(container);
    const taken = branches.find(({ nodes }) => nodes.some((inner) => inner.id === path[index + 1]));
    return turns * (taken?.times ?? 1);
  }, 1);
}
