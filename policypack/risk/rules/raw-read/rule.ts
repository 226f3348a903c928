import { around, evidenceOf } from "../../flow/evidence.ts";
import { partsOf } from "../../risk-context.ts";
import type { Rule } from "../../rule.ts";
import { objectionTo } from "../../sql/judge-sql.ts";
import { sqlParser } from "../../sql/load-sql-parser.ts";
import { statementEvidence } from "../../sql/statement-evidence.ts";

export const rawRead: Rule = {
  id: "raw-read",
  level: "yellow",
  title: "SQL that provably only reads",
  rationale: "Raw SQL reads past ownership, tenants and deleted rows, and breaks unseen when the schema changes.",
  fix: { kind: "by-hand", title: 'use a "read" node' },
  check: (context) =>
    partsOf(context, "sql")
      .filter(({ node }) => objectionTo(node.statement, sqlParser()) === undefined)
      .map(({ node, facts }) => ({
        node: node.id,
        key: "statement",
        message: `"${node.id}" reads by SQL, past ownership and deleted rows; use a "read" node`,
        confidence: "certain",
        evidence: {
          ...evidenceOf(node, "parameters", "limit", "when"),
          ...around({ node, facts }, context),
          statement: statementEvidence(node.statement, sqlParser()),
        },
      })),
};
