import { evidenceOf } from "../../flow/evidence.ts";
import { partsOf } from "../../risk-context.ts";
import type { Rule } from "../../rule.ts";
import { objectionTo } from "../../sql/judge-sql.ts";
import { sqlParser } from "../../sql/load-sql-parser.ts";

export const rawWrite: Rule = {
  id: "raw-write",
  level: "red",
  title: "SQL that writes, or cannot be proven to only read",
  rationale:
    "Raw SQL passes by ownership, invariants, the status machine and the audit log; nothing can vouch for what it changes.",
  fix: { kind: "by-hand", title: 'use a "write" node, or a single SELECT of plain tables and functions' },
  check: (context) =>
    partsOf(context, "sql").flatMap(({ node }) => {
      const objection = objectionTo(node.statement, sqlParser());
      if (objection === undefined) return [];
      return {
        node: node.id,
        key: "statement",
        message: `"${node.id}" is not provably read-only: ${objection}; use a "write" node`,
        confidence: "certain",
        evidence: evidenceOf(node, "statement", "parameters"),
      };
    }),
};
