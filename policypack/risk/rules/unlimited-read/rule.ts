import type { ReadNode } from "@lintel/specs";
import { around, evidenceOf, whereEvidence } from "../../flow/evidence.ts";
import { timesRun } from "../../flow/times-run.ts";
import { partsOf, type RiskContext } from "../../risk-context.ts";
import type { Observation, Rule } from "../../rule.ts";
import { rowBound } from "../../where/row-bound.ts";
import { withKeysSeenFrom } from "../../where/unique-keys.ts";
import { manyIncludes, mostIncludedRows } from "./included-rows.ts";

export const unlimitedRead: Rule = {
  id: "unlimited-read",
  level: "yellow",
  title: "A read has no limit",
  rationale: "The table grows, the answer grows with it, and one day a call takes the memory of the whole service.",
  fix: { kind: "add-limit", title: 'add a "limit"' },
  check: (context) =>
    partsOf(context, "read").flatMap((part) => {
      const seen = observe(part.node, context);
      if (seen === undefined) return [];
      const evidence = {
        ...evidenceOf(part.node, "entity", "include", "includeDeleted", "when"),
        ...whereEvidence(part.node.where),
        ...around(part, context),
        times: timesRun(part, context),
        ...seen.evidence,
      };
      return [{ node: part.node.id, ...seen, evidence }];
    }),
};

type Seen = Pick<Observation, "key" | "message" | "confidence"> & { readonly evidence: { readonly rows?: number } };

function observe(node: ReadNode, context: RiskContext): Seen | undefined {
  const { id } = node;
  const most = Math.min(node.limit ?? Infinity, rowsNamed(node, context));
  if (most === Infinity)
    return { message: `"${id}" reads any number of rows; add "limit"`, confidence: "certain", evidence: {} };
  const many = manyIncludes(node, context.entities);
  const rows = many.reduce((sum, { maximum }) => sum + most * maximum, 0);
  if (rows <= mostIncludedRows) return undefined;
  const names = many.map(({ name }) => `"${name}"`).join(", ");
  return {
    key: "include",
    message: `"${id}" reads up to ${String(most)} rows and with them up to ${String(rows)} of ${names}; lower "limit", or read them on their own`,
    confidence: "likely",
    evidence: { rows },
  };
}

/** How many rows the read's `one` or `where` names at most. */
function rowsNamed({ one, where, entity: name, includeDeleted }: ReadNode, context: RiskContext): number {
  if (one) return 1;
  const entity = context.entities.get(name);
  const seen =
    entity === undefined ? entity : withKeysSeenFrom(entity, { ...context.tool, seesDeleted: includeDeleted });
  const bound = rowBound(where, seen, context.tool.input);
  return bound.type === "atMost" ? bound.rows : Infinity;
}
