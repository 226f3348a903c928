import { allNodes, branchesOf, type FlowNode, parseExpression } from "@lintel/specs";
import type { FlowPart, RiskContext } from "../../risk-context.ts";
import { type Carried, elementOf, listOf, nothing, objectOf, rowOf } from "./carried.ts";
import { carriedBy, carriedByTemplate, type Names } from "./carried-by-expression.ts";

/** What the names that a node's expressions read carry; of the tool's `respond` without a node. */
export type NamesAt = (part?: FlowPart) => Names;

/** What each node's result carries, followed through the flow once. */
export function namesInFlow(context: RiskContext): NamesAt {
  const results = new Map<string, Carried>();
  const at: NamesAt = (part) => (name) => {
    if (name === "nodes") return nodes();
    return name === "item" && part !== undefined ? itemAt(part) : nothing;
  };
  const nodes = (): Carried => objectOf(results);
  const itemAt = ({ facts }: FlowPart): Carried => {
    const loops = facts.within.flatMap((id) => context.byId.get(id) ?? []);
    const loop = loops.findLast(({ node }) => "items" in node);
    if (loop === undefined || !("items" in loop.node)) return nothing;
    return elementOf(carriedBy(parseExpression(loop.node.items), at(loop)));
  };
  for (const part of inOrder(context)) {
    const result = resultOf(part, context, { names: at(part), results });
    if (result !== nothing) results.set(part.node.id, result);
  }
  return at;
}

/** Results before what reads them; in a cycle, which is Red, some order. */
function inOrder({ parts, plan, byId }: RiskContext): readonly FlowPart[] {
  const done = new Set<string>();
  const ordered: FlowPart[] = [];
  const visit = (part: FlowPart): void => {
    if (done.has(part.node.id)) return;
    done.add(part.node.id);
    const before = [...part.facts.within, part.node.id].flatMap((id) => plan.nodes[id]?.dependsOn ?? []);
    // A dependency is a sibling, and what is read may stand inside it.
    const read = before.flatMap((id) => byId.get(id) ?? []).flatMap(({ node }) => allNodes([node]));
    const inside = branchesOf(part.node).flatMap(({ nodes }) => nodes);
    for (const { id } of [...read, ...inside]) {
      const each = byId.get(id);
      if (each !== undefined) visit(each);
    }
    ordered.push(part);
  };
  for (const part of parts) visit(part);
  return ordered;
}

interface Known {
  readonly names: Names;
  /** Of the nodes that ran before, and of those inside. */
  readonly results: ReadonlyMap<string, Carried>;
}

function resultOf({ node }: FlowPart, { entities }: RiskContext, { names, results }: Known): Carried {
  if ("items" in node) return listOf(objectOf(node.nodes.map(({ id }) => [id, results.get(id) ?? nothing] as const)));
  if (node.type === "transform") return carriedByTemplate(node.value, names);
  if (!("entity" in node)) return nothing;
  const entity = entities.get(node.entity);
  if (entity === undefined) return nothing;
  if (node.type === "read") {
    const row = rowOf(entity, node.include, entities);
    if (node.one) return row;
    return node.page === undefined ? listOf(row) : objectOf([["items", listOf(row)]]);
  }
  return yieldsRow(node) ? rowOf(entity, [], entities) : nothing;
}

function yieldsRow(node: Extract<FlowNode, { type: "write" }>): boolean {
  return node.action === "create" || node.key !== undefined;
}
