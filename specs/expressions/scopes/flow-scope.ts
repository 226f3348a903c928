// Decision: reading a node makes it run before, so what may be read is every sibling (of the node or of what it stands in)
// and what these hold, never the node itself or what it stands in.
import type { Slice } from "../../bundle/bundle.ts";
import type { FlowPlan, NodeFacts } from "../../bundle/flow-plan.ts";
import { allNodes, orderedNodes } from "../../bundle/flow-plan.ts";
import type { FlowNode } from "../../language/flow.ts";
import { branchesOf } from "../../nodes/index.ts";
import { typeExpression } from "../check/check-expression.ts";
import { typeTemplate } from "../check/check-template.ts";
import { ExpressionError } from "../expression-error.ts";
import { referencedNodes } from "../references.ts";
import { anyJson, objectOf, type ValueType, withNull } from "../types/value-type.ts";
import { whereScope } from "./entity-scope.ts";
import { hidesInside, typeOfResult } from "./node-results.ts";
import type { Scope } from "./scope.ts";
import { toolScope } from "./tool-scope.ts";

/**
 * Where in a node an expression stands: `node` most of them; `entity` a `where` expression, with the row as `this`; `branch`
 * after the nodes inside (poll's `until`); `compensate`, where the node's own result is known too.
 */
export type ScopePlace = "node" | "entity" | "branch" | "compensate";

/** The scopes of one tool's flow, types of nodes inferred once. */
export interface FlowScopes {
  /**
   * The scope of a node's expressions, or of `respond`; with `reads`, `nodes` holds only these: enough for an expression that
   * reads no others, and in a long flow much less.
   */
  at(nodeId: string, place?: ScopePlace, reads?: readonly string[]): Scope;
}

/** The names that an expression of a tool may read at a node, or in `respond`. */
export function scopeOf(slice: Slice, plan: FlowPlan, nodeId: string, place: ScopePlace = "node"): Scope {
  return flowScopes(slice, plan).at(nodeId, place);
}

/** As scopeOf, for all places of one tool. */
export function flowScopes(slice: Slice, plan: FlowPlan): FlowScopes {
  const all = new Map(allNodes(slice.tool.flow).map((node) => [node.id, node]));
  const types = new Map<string, ValueType>();
  const base = toolScope(slice.tool, slice.workspace);
  const flow: Flow = { slice, plan, all, types, open: new Set(), base };
  // In the order they run, so that inferring one never has to infer a whole chain before it.
  inferInOrder(slice.tool.flow, flow);
  return { at: (nodeId, place = "node", reads = [...all.keys()]) => scopeAt(flow, nodeId, place, reads) };
}

function inferInOrder(nodes: readonly FlowNode[], flow: Flow): void {
  for (const node of orderedNodes(nodes, flow.plan)) {
    for (const branch of branchesOf(node)) inferInOrder(branch.nodes, flow);
    resultType(flow, node);
  }
}

interface Flow {
  readonly slice: Slice;
  readonly plan: FlowPlan;
  readonly all: ReadonlyMap<string, FlowNode>;
  /** Results inferred so far. */
  readonly types: Map<string, ValueType>;
  /** Nodes whose type is being inferred, so that a cyclic flow ends. */
  readonly open: Set<string>;
  readonly base: Scope;
}

function scopeAt(flow: Flow, nodeId: string, place: ScopePlace, candidates: readonly string[]): Scope {
  const fields: [string, ValueType][] = [];
  const hidden: [string, string][] = [];
  for (const id of candidates) {
    const node = flow.all.get(id);
    if (node === undefined) continue;
    const reason = reasonHidden(flow, nodeId, id, place);
    if (reason === undefined) fields.push([id, visibleType(flow, nodeId, node)]);
    else hidden.push([id, reason]);
  }
  const nodes = { ...objectOf(Object.fromEntries(fields), "nodes"), hidden: Object.fromEntries(hidden) };
  const names = { ...flow.base.names, nodes, ...itemAt(flow, nodeId) };
  const node = flow.all.get(nodeId);
  const isEntity = place === "entity" && node !== undefined && "entity" in node;
  const entity = isEntity ? flow.slice.entities.find(({ name }) => name === node.entity) : undefined;
  const scope: Scope = { ...flow.base, names };
  return entity === undefined ? scope : whereScope(scope, entity, flow.slice.entities);
}

function reasonHidden(flow: Flow, from: string, id: string, place: ScopePlace): string | undefined {
  const facts = flow.plan.nodes[id];
  const reader = flow.plan.nodes[from];
  if (facts === undefined) return "it is not planned";
  if (id === from) return place === "compensate" ? undefined : "a node cannot read its own result";
  const around = reader?.within ?? [];
  if (around.includes(id)) return "it stands around this node, and has no result yet";
  if (facts.within.includes(from)) return place === "branch" ? undefined : "it runs inside this node";
  const shared = facts.within.filter((container) => around.includes(container)).length;
  if (isInOtherBranch(flow, facts, reader, shared)) return "it stands in another branch";
  const opaque = facts.within.slice(shared).map((container) => flow.all.get(container));
  return opaque.flatMap((node) => (node === undefined ? [] : (hidesInside(node) ?? [])))[0];
}

/** Both stand in one container (or the reader in it at any depth), in different lists of it. */
function isInOtherBranch(flow: Flow, facts: NodeFacts, reader: NodeFacts | undefined, shared: number): boolean {
  const container = flow.all.get(facts.within[shared - 1] ?? "");
  if (container === undefined || reader === undefined) return false;
  const holds = (id: string) => (nodes: readonly FlowNode[]) => allNodes(nodes).some((node) => node.id === id);
  const lists = branchesOf(container).map(({ nodes }) => nodes);
  return lists.findIndex(holds(facts.id)) !== lists.findIndex(holds(reader.id));
}

/** A node's type as seen from another: null too where it may be skipped, fail with a way on, or only recover. */
function visibleType(flow: Flow, from: string, node: FlowNode): ValueType {
  const around = new Set(flow.plan.nodes[from]?.within ?? []);
  const containers = flow.plan.nodes[node.id]?.within.filter((id) => !around.has(id)) ?? [];
  const branches = containers.flatMap((id) => flow.all.get(id) ?? []);
  const inside = [...containers.slice(1), node.id];
  const mayBeSkipped = branches.some((container, index) =>
    branchesOf(container).some(
      ({ nodes, runs }) => runs === "maybe" && allNodes(nodes).some(({ id }) => id === inside[index]),
    ),
  );
  const mayEndEarly = [...branches, node].some((each) => endsEarly(flow, each));
  const isOwn = from === node.id;
  return withNull(resultType(flow, node), !isOwn && (mayBeSkipped || mayEndEarly));
}

function endsEarly({ plan }: Flow, { id, when, onError }: FlowNode): boolean {
  return when !== undefined || onError !== "fail" || (plan.nodes[id]?.recovers.length ?? 0) > 0;
}

function resultType(flow: Flow, node: FlowNode): ValueType {
  const known = flow.types.get(node.id);
  if (known !== undefined) return known;
  if (flow.open.has(node.id)) return anyJson;
  flow.open.add(node.id);
  const type = typeOfResult(node, {
    entities: flow.slice.entities,
    // Only what the template reads is inferred, so that inference follows the flow's own order.
    typeOfTemplate: (template) => {
      const read = referencedNodes({ type: "template", path: "", template });
      return typeTemplate(template, scopeAt(flow, node.id, "node", read)).typed?.valueType ?? anyJson;
    },
    typeInside: (inner) => withNull(resultType(flow, inner), endsEarly(flow, inner)),
  });
  flow.open.delete(node.id);
  flow.types.set(node.id, type);
  return type;
}

/** `item`, inside a node that runs once for each element of a list: the innermost one's. */
function itemAt(flow: Flow, nodeId: string): Readonly<Record<string, ValueType>> {
  const within = flow.plan.nodes[nodeId]?.within ?? [];
  const loops = within.flatMap((id) => flow.all.get(id) ?? []).flatMap((node) => ("items" in node ? [node] : []));
  const loop = loops.at(-1);
  if (loop === undefined) return {};
  const read = referencedNodes({ type: "expression", path: "items", source: loop.items, expects: "list" });
  const list = attempt(() => typeExpression(loop.items, scopeAt(flow, loop.id, "node", read)).valueType);
  return { item: list?.kind === "list" ? list.element : anyJson };
}

function attempt<T>(infer: () => T): T | undefined {
  try {
    return infer();
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}
