// What rules look at, derived once per slice; facts that a bundle claims are never read.
import {
  allNodes,
  branchesOf,
  type Entity,
  type FlowNode,
  type FlowPlan,
  type NodeFacts,
  type NodeOf,
  type NodeType,
  planFlow,
  type Slice,
  type Tool,
} from "@lintel/specs";
import type { shapeGate } from "./slice-shape.ts";

/** A node, at any depth, with its derived facts. */
export interface FlowPart<N extends FlowNode = FlowNode> {
  readonly node: N;
  readonly facts: NodeFacts;
}

export interface RiskContext {
  readonly slice: Slice;
  readonly tool: Tool;
  readonly plan: FlowPlan;
  /** Every node at any depth in the order written, containers before what they contain. */
  readonly parts: readonly FlowPart[];
  readonly byId: ReadonlyMap<string, FlowPart>;
  /** The list that each node stands in, by the node's id. */
  readonly siblings: ReadonlyMap<string, readonly FlowNode[]>;
  /** Everything that the node waits for, directly or through others; worked out once per node. */
  readonly waitsForAll: (id: string) => ReadonlySet<string>;
  readonly entities: ReadonlyMap<string, Entity>;
  /** Rows above which one write is of high impact. */
  readonly rowThreshold: number;
}

/** A slice that cannot be judged: it is no slice, or not one that the compiler makes. It must block as Red does. */
export class SliceError extends Error {
  override readonly name = "SliceError";
}

/** @throws SliceError when the slice is not of the compiler's shape, or when two nodes share an id (the facts of one would hide the other's). */
export function riskContextOf(
  slice: Slice,
  rowThreshold: number,
  shapeProblem: ReturnType<typeof shapeGate>,
): RiskContext {
  const problem = shapeProblem(slice);
  if (problem !== undefined) throw new SliceError(problem);
  const { nodes, plan } = readFlow(slice);
  const byId = new Map<string, FlowPart>();
  for (const node of nodes) {
    const facts = Object.hasOwn(plan.nodes, node.id) ? plan.nodes[node.id] : undefined;
    if (facts === undefined || byId.has(node.id)) {
      throw new SliceError(`tool "${slice.tool.name}" has two nodes with the id "${node.id}"; rename one`);
    }
    byId.set(node.id, { node, facts });
  }
  const parts = [...byId.values()];
  const lists = [slice.tool.flow, ...nodes.flatMap((node) => branchesOf(node).map((branch) => branch.nodes))];
  const siblings = new Map(lists.flatMap((list) => list.map(({ id }) => [id, list] as const)));
  const entities = new Map(slice.entities.map((entity) => [entity.name, entity]));
  const waitsForAll = dependenciesIn(plan);
  return { slice, tool: slice.tool, plan, parts, byId, siblings, waitsForAll, entities, rowThreshold };
}

function dependenciesIn(plan: FlowPlan): RiskContext["waitsForAll"] {
  const known = new Map<string, ReadonlySet<string>>();
  return (id) => {
    const found = known.get(id) ?? dependenciesOf(id, plan);
    known.set(id, found);
    return found;
  };
}

function dependenciesOf(id: string, plan: FlowPlan): ReadonlySet<string> {
  const seen = new Set<string>();
  const queue = [...(plan.nodes[id]?.dependsOn ?? [])];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    queue.push(...(plan.nodes[next]?.dependsOn ?? []));
  }
  return seen;
}

/** The parts whose node has one of the types: for rules about fields that only these types have. */
export function partsOf<T extends NodeType>(
  context: RiskContext,
  ...types: readonly T[]
): readonly FlowPart<NodeOf<T>>[] {
  const isOfType = (part: FlowPart): part is FlowPart<NodeOf<T>> =>
    (types as readonly NodeType[]).includes(part.node.type);
  return context.parts.filter(isOfType);
}

function readFlow(slice: Slice): { readonly nodes: readonly FlowNode[]; readonly plan: FlowPlan } {
  try {
    return { nodes: allNodes(slice.tool.flow), plan: planFlow(slice.tool.flow) };
  } catch (error) {
    throw new SliceError("the slice's flow cannot be read; compile the specs again", { cause: error });
  }
}
