// Decision: facts of a flow are derived by everyone who needs them (compiler, risk engine, executor), never believed.
import { referencedNodes } from "../expressions/references.ts";
import type { FlowNode } from "../language/flow.ts";
import type { Branch, Effect } from "../nodes/definition.ts";
import { branchesOf, effectOf, isExternal, opensTransaction, sitesOf } from "../nodes/index.ts";

/** Facts of one node at any depth. */
export interface NodeFacts {
  readonly id: string;
  /** Ids of the containers around it, outermost first. */
  readonly within: readonly string[];
  /** Key path of the list it stands in below its container: `then`, `nodes`, or empty at the top. */
  readonly branch: string;
  readonly effect: Effect;
  /** Siblings that must have run before: `after`, and siblings (or their descendants) that its expressions, or those inside it, read. */
  readonly dependsOn: readonly string[];
  /** Inside a `transaction`, at any depth. */
  readonly inTransaction: boolean;
  /** Inside a node that runs its branch many times. */
  readonly inLoop: boolean;
  /** May not run: inside a branch, behind `when`, or only as the recovery of another node. */
  readonly isConditional: boolean;
  /** The siblings whose failure this node recovers from, in the order written; it runs when one of them failed. */
  readonly recovers: readonly string[];
}

/**
 * Consecutive top-level nodes that share a transaction or have none: `transaction` one explicit transaction, `read` a READ
 * ONLY one, `external` calls outside any, `pure` neither, `branch` a node whose branches hold several kinds.
 */
export interface Segment {
  readonly type: "transaction" | "read" | "external" | "pure" | "branch";
  readonly nodes: readonly string[];
}

export interface FlowPlan {
  /** Top-level node ids in the order they run; independent ones in the order written. */
  readonly order: readonly string[];
  readonly segments: readonly Segment[];
  /** Facts by node id. */
  readonly nodes: Readonly<Record<string, NodeFacts>>;
  /** Ids of each cycle found, at any depth, in order; a flow with one never runs. */
  readonly cycles: readonly (readonly string[])[];
}

interface Context {
  readonly within: readonly string[];
  readonly branch: string;
  readonly inTransaction: boolean;
  readonly inLoop: boolean;
  readonly isConditional: boolean;
}

const top: Context = { within: [], branch: "", inTransaction: false, inLoop: false, isConditional: false };

/** Orders a flow and derives its facts; pure, and total: a cyclic flow gets a plan that names its cycles. */
export function planFlow(flow: readonly FlowNode[]): FlowPlan {
  const facts: Record<string, NodeFacts> = {};
  const cycles: (readonly string[])[] = [];
  collect(flow, top, facts, cycles);
  const order = topologicalOrder(flow, facts).order;
  return { order, segments: segmentsOf(flow, order), nodes: facts, cycles };
}

/** The nodes of one list (a flow or a branch) in the order they run. */
export function orderedNodes(nodes: readonly FlowNode[], plan: FlowPlan): readonly FlowNode[] {
  return inOrder(nodes, topologicalOrder(nodes, plan.nodes).order);
}

/** The nodes that the ids name, all of those that share one. */
function inOrder(nodes: readonly FlowNode[], order: readonly string[]): readonly FlowNode[] {
  const byId = groupBy(nodes, ({ id }) => id);
  return order.flatMap((id) => byId.get(id) ?? []);
}

/** As Map.groupBy, which Node 20 lacks. */
function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** Every node of a flow, at any depth, containers before what they contain. */
export function allNodes(flow: readonly FlowNode[]): readonly FlowNode[] {
  const all: FlowNode[] = [];
  gather(flow, all);
  return all;
}

function gather(nodes: readonly FlowNode[], all: FlowNode[]): void {
  for (const node of nodes) {
    all.push(node);
    for (const branch of branchesOf(node)) gather(branch.nodes, all);
  }
}

function collect(
  nodes: readonly FlowNode[],
  context: Context,
  facts: Record<string, NodeFacts>,
  cycles: (readonly string[])[],
): void {
  const owner = new Map(nodes.flatMap((sibling) => allNodes([sibling]).map(({ id }) => [id, sibling.id] as const)));
  const failing = groupBy(nodes, ({ onError }) => onError);
  for (const node of nodes) {
    const recovers = (failing.get(node.id) ?? []).map(({ id }) => id);
    facts[node.id] = {
      id: node.id,
      within: context.within,
      branch: context.branch,
      effect: effectOf(node),
      dependsOn: dependencies(node, owner, recovers),
      inTransaction: context.inTransaction,
      inLoop: context.inLoop,
      isConditional: context.isConditional || node.when !== undefined || recovers.length > 0,
      recovers,
    };
    for (const branch of branchesOf(node)) collect(branch.nodes, inside(node, branch, context), facts, cycles);
  }
  cycles.push(...topologicalOrder(nodes, facts).cycles);
}

function inside(node: FlowNode, branch: Branch, context: Context): Context {
  return {
    within: [...context.within, node.id],
    branch: branch.path,
    inTransaction: context.inTransaction || opensTransaction(node),
    inLoop: context.inLoop || branch.runs === "many",
    isConditional: context.isConditional || branch.runs === "maybe" || node.when !== undefined,
  };
}

function dependencies(
  node: FlowNode,
  owner: ReadonlyMap<string, string>,
  recovers: readonly string[],
): readonly string[] {
  const read = allNodes([node]).flatMap((inner) => sitesOf(inner).flatMap(referencedNodes));
  const named = [...node.after, ...recovers, ...read];
  const siblings = named.flatMap((id) => owner.get(id) ?? []);
  const reads = new Set(siblings.filter((id) => id !== node.id));
  if (node.after.includes(node.id)) reads.add(node.id);
  return [...reads].sort();
}

function topologicalOrder(
  nodes: readonly FlowNode[],
  facts: Readonly<Record<string, NodeFacts>>,
): { readonly order: readonly string[]; readonly cycles: readonly (readonly string[])[] } {
  const order: string[] = [];
  const cycles: (readonly string[])[] = [];
  const state = new Map<string, "open" | "done">();
  const path: string[] = [];
  // By hand instead of recursion: a flow may be as long as its file, and the engine's stack is not.
  const todo: { readonly id: string; readonly next: Iterator<string> }[] = [];
  const enter = (id: string): void => {
    if (state.get(id) === "done") return;
    if (state.get(id) === "open") {
      cycles.push(path.slice(path.indexOf(id)));
      return;
    }
    state.set(id, "open");
    path.push(id);
    todo.push({ id, next: (facts[id]?.dependsOn ?? []).values() });
  };
  const step = ({ id, next }: { readonly id: string; readonly next: Iterator<string> }): void => {
    const before = next.next();
    if (before.done !== true) {
      enter(before.value);
      return;
    }
    todo.pop();
    path.pop();
    state.set(id, "done");
    order.push(id);
  };
  for (const { id } of nodes) {
    enter(id);
    for (let at = todo.at(-1); at !== undefined; at = todo.at(-1)) step(at);
  }
  return { order, cycles };
}

/** The segments of one list of nodes (a flow or a branch), given the order of its nodes. */
export function segmentsOf(flow: readonly FlowNode[], order: readonly string[]): readonly Segment[] {
  const segments: { type: Segment["type"]; nodes: string[] }[] = [];
  for (const node of inOrder(flow, order)) {
    const type = segmentType(node);
    const last = segments.at(-1);
    if (last !== undefined && joins(last.type, type)) {
      last.nodes.push(node.id);
    } else {
      segments.push({ type, nodes: [node.id] });
    }
  }
  return segments;
}

/** Reads share a READ ONLY transaction, external calls may run side by side; each explicit transaction stands alone. */
function joins(last: Segment["type"], next: Segment["type"]): boolean {
  return last === next && (next === "read" || next === "external" || next === "pure");
}

function segmentType(node: FlowNode): Segment["type"] {
  if (opensTransaction(node)) return "transaction";
  if (isExternal(node)) return "external";
  if (branchesOf(node).length > 0) return "branch";
  return effectOf(node) === "none" ? "pure" : effectOf(node) === "write" ? "transaction" : "read";
}
