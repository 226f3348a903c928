import { actionOf } from "../../flow/evidence.ts";
import type { Rule } from "../../rule.ts";

export const externalReadInTransaction: Rule = {
  id: "external-read-in-transaction",
  level: "yellow",
  title: "A call that only reads is made inside a transaction",
  rationale:
    "Row locks and a connection are held for as long as the other server takes: its slow minute becomes an outage here.",
  fix: { kind: "move-out-of-transaction", title: "move the call out of the transaction" },
  check: ({ parts }) =>
    parts
      .filter(({ facts }) => facts.effect === "externalRead" && facts.inTransaction)
      .map(({ node }) => ({
        node: node.id,
        message: `"${node.id}" (${node.type}) waits for another server while the transaction holds its locks; move it out of the transaction`,
        confidence: "certain",
        evidence: actionOf(node),
      })),
};
