import { actionOf } from "../../flow/evidence.ts";
import { partsOf } from "../../risk-context.ts";
import type { Rule } from "../../rule.ts";

export const hardDelete: Rule = {
  id: "hard-delete",
  level: "red",
  title: "Rows are deleted for good",
  rationale:
    "A deleted row takes its history and every reference to it along; no review, audit or restore finds it again.",
  fix: { kind: "soft-delete", title: 'use "action: softDelete"' },
  check: (context) =>
    partsOf(context, "write")
      .filter(({ node }) => node.action === "delete")
      .map(({ node }) => ({
        node: node.id,
        key: "action",
        message: `"${node.id}" deletes rows of "${node.entity}" for good; use "action: softDelete"`,
        confidence: "certain",
        evidence: actionOf(node),
      })),
};
