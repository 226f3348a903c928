import { evidenceOf } from "../../flow/evidence.ts";
import type { Rule } from "../../rule.ts";

export const writeOutsideTransaction: Rule = {
  id: "write-outside-transaction",
  level: "red",
  title: "A write has no enclosing transaction",
  rationale: "When a later step fails, the write stays: the data says something that never happened as a whole.",
  fix: { kind: "wrap-in-transaction", title: "wrap the write in a transaction" },
  check: ({ parts }) =>
    parts
      .filter(({ facts }) => facts.effect === "write" && !facts.inTransaction)
      .map(({ node }) => ({
        node: node.id,
        message: `"${node.id}" writes outside a transaction; wrap it in one`,
        confidence: "certain",
        evidence: evidenceOf(node, "action", "entity"),
      })),
};
