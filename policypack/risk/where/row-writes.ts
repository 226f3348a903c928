import type { WriteNode } from "@lintel/specs";
import { type FlowPart, partsOf, type RiskContext } from "../risk-context.ts";
import { type RowBound, rowBound } from "./row-bound.ts";
import { withKeysSeenFrom } from "./unique-keys.ts";

/** A write to rows that exist already, and how many its key or where can name; its `limit` is not counted in. */
export interface RowWrite extends FlowPart<WriteNode> {
  readonly bound: RowBound;
}

export function rowWrites(context: RiskContext): readonly RowWrite[] {
  return partsOf(context, "write")
    .filter(({ node }) => node.action !== "create")
    .map(({ node, facts }) => ({ node, facts, bound: boundOf(node, context) }));
}

function boundOf(node: WriteNode, { entities, tool }: RiskContext): RowBound {
  if (node.key !== undefined) return { type: "atMost", rows: 1 };
  const entity = entities.get(node.entity);
  const seen = entity === undefined ? entity : withKeysSeenFrom(entity, { ...tool, seesDeleted: false });
  return rowBound(node.where, seen, tool.input);
}
