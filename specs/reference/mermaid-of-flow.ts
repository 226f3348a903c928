// Decision: the picture a reviewer looks at; transactions and branches are boxes, calls to the outside are marked, what errors do is dashed.
import { type FlowPlan, planFlow } from "../bundle/flow-plan.ts";
import type { FlowNode } from "../language/flow.ts";
import type { Tool, Trigger } from "../language/tool.ts";
import { branchesOf, isExternal } from "../nodes/index.ts";
import { describeNode } from "./describe-node.ts";
import { mermaidLabel } from "./mermaid-text.ts";

/** The flow of a tool as a Mermaid flowchart: nodes in the order they wait for each other, error edges and compensations dashed. */
export function mermaidOfFlow(tool: Tool): string {
  const plan = planFlow(tool.flow);
  const drawing: Drawing = { plan, ids: new Map(), edges: [], external: [] };
  const nodes = drawList(tool.flow, drawing, 1);
  const ends = lastOf(tool.flow, plan).map((node) => `${idOf(node.id, drawing)} --> answer`);
  const starts = firstOf(tool.flow, plan).map((node) => `caller --> ${idOf(node.id, drawing)}`);
  const lines = [
    `caller(["${mermaidLabel(called(tool.trigger))}"])`,
    `answer(["answers ${String(tool.status)}"])`,
    ...(tool.flow.length === 0 ? ["caller --> answer"] : starts),
  ];
  const marks = drawing.external.length === 0 ? [] : [externalStyle, `class ${drawing.external.join(",")} external`];
  const all = [...lines.map(indented), ...nodes, ...[...drawing.edges, ...ends, ...marks].map(indented)];
  return ["flowchart TD", ...all, ""].join("\n");
}

const externalStyle = "classDef external fill:#fff4e5,stroke:#b45309,stroke-width:2px,color:#222";

interface Drawing {
  readonly plan: FlowPlan;
  /** Ids in the diagram: names of nodes could be words of its grammar. */
  readonly ids: Map<string, string>;
  readonly edges: string[];
  readonly external: string[];
}

function called(trigger: Trigger): string {
  if (trigger.type === "http") return `${trigger.method} ${trigger.path}`;
  return trigger.type === "webhook" ? `webhook ${trigger.path}` : `schedule ${trigger.cron} ${trigger.timeZone}`;
}

function indented(line: string): string {
  return `  ${line}`;
}

function idOf(name: string, { ids }: Drawing): string {
  const known = ids.get(name) ?? `n${String(ids.size)}`;
  ids.set(name, known);
  return known;
}

function drawList(nodes: readonly FlowNode[], drawing: Drawing, depth: number): readonly string[] {
  const drawn = nodes.flatMap((node) => drawNode(node, drawing, depth));
  for (const node of nodes) drawing.edges.push(...edgesOf(node, drawing));
  return drawn;
}

function drawNode(node: FlowNode, drawing: Drawing, depth: number): readonly string[] {
  const id = idOf(node.id, drawing);
  const label = mermaidLabel(describeNode(node));
  const pad = "  ".repeat(depth);
  const branches = branchesOf(node);
  if (isExternal(node)) drawing.external.push(id);
  if (branches.length === 0) return [`${pad}${id}${isExternal(node) ? `[["${label}"]]` : `["${label}"]`}`];
  const inner = branches.flatMap((branch, index) => {
    if (branch.runs !== "maybe") return drawList(branch.nodes, drawing, depth + 1);
    if (branch.nodes.length === 0) return [];
    const title = mermaidLabel(branchTitle(node, branch.path));
    return [
      `${pad}  subgraph ${id}b${String(index)}["${title}"]`,
      ...drawList(branch.nodes, drawing, depth + 2),
      `${pad}  end`,
    ];
  });
  // An empty box is no box in Mermaid, and edges to it would make a node of its id.
  if (inner.length === 0) return [`${pad}${id}["${label}"]`];
  return [`${pad}subgraph ${id}["${label}"]`, ...inner, `${pad}end`];
}

/** `then`, `else`, `default`, or the value of a case. */
function branchTitle(node: FlowNode, path: string): string {
  const index = Number(/^cases\/(\d+)\//u.exec(path)?.[1] ?? Number.NaN);
  if (node.type === "switch" && !Number.isNaN(index)) return `= ${JSON.stringify(node.cases[index]?.equals ?? null)}`;
  return path;
}

function edgesOf(node: FlowNode, drawing: Drawing): readonly string[] {
  const id = idOf(node.id, drawing);
  const facts = drawing.plan.nodes[node.id];
  const waits = (facts?.dependsOn ?? []).filter((other) => !(facts?.recovers ?? []).includes(other));
  const rescue = ["fail", "continue"].includes(node.onError)
    ? []
    : [`${id} -. on error .-> ${idOf(node.onError, drawing)}`];
  return [...waits.map((other) => `${idOf(other, drawing)} --> ${id}`), ...rescue, ...undoing(node, id)];
}

function undoing(node: FlowNode, id: string): readonly string[] {
  if (!("compensate" in node)) return [];
  const { operation, method, url } = node.compensate;
  const how = [operation, method, url].filter((part) => typeof part === "string").join(" ");
  return [`${id} -. undone by .-> ${id}u[/"${mermaidLabel(how === "" ? "compensation" : how)}"/]`];
}

function firstOf(nodes: readonly FlowNode[], { nodes: facts }: FlowPlan): readonly FlowNode[] {
  return nodes.filter(({ id }) => (facts[id]?.dependsOn ?? []).length === 0);
}

/** Nodes that no other one waits for. */
function lastOf(nodes: readonly FlowNode[], { nodes: facts }: FlowPlan): readonly FlowNode[] {
  const waitedFor = new Set(nodes.flatMap(({ id }) => facts[id]?.dependsOn ?? []));
  return nodes.filter(({ id }) => !waitedFor.has(id));
}
