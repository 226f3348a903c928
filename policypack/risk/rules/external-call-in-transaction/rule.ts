import { actionOf } from "../../flow/evidence.ts";
import type { Rule } from "../../rule.ts";

export const externalCallInTransaction: Rule = {
  id: "external-call-in-transaction",
  level: "red",
  title: "A call with side effects is made inside a transaction",
  rationale:
    "A rollback does not take the call back, and the transaction's locks are held for as long as somebody else's server likes.",
  fix: { kind: "move-out-of-transaction", title: "move the call out of the transaction" },
  check: ({ parts }) =>
    parts
      .filter(({ facts }) => facts.effect === "externalWrite" && facts.inTransaction)
      .map(({ node }) => ({
        node: node.id,
        message: `"${node.id}" (${node.type}) has an effect that no rollback takes back; move it out of the transaction`,
        confidence: "certain",
        evidence: actionOf(node),
      })),
};
