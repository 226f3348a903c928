import type { Entity } from "../language/entity.ts";
import type { FlowNode } from "../language/flow.ts";
import type { Policy } from "../language/policy.ts";
import type { Tool } from "../language/tool.ts";
import type { Workspace } from "../language/workspace.ts";
import type { Bundle, Digest, Slice } from "./bundle.ts";
import { canonicalJson, digestOf, type Written } from "./canonical-json.ts";
import { allNodes, type FlowPlan, planFlow } from "./flow-plan.ts";

/** The specs of a workspace in normalised form, before digests. */
export interface NormalisedSpecs {
  readonly workspace: Workspace;
  readonly entities: readonly Entity[];
  readonly tools: readonly Tool[];
  readonly policies: readonly Policy[];
}

/** The plan of a tool's flow. */
export type PlanOf = (tool: Tool) => FlowPlan;

/** As planFlow, once for each tool: for a compiler that made the tools and uses their plans twice. Who judges plans by itself. */
export function planOnce(): PlanOf {
  const plans = new Map<Tool, FlowPlan>();
  return (tool) => {
    const plan = plans.get(tool) ?? planFlow(tool.flow);
    plans.set(tool, plan);
    return plan;
  };
}

/** Closes the specs into a bundle; pure, and equal for equal specs whatever their order. */
export function assembleBundle(specs: NormalisedSpecs, planOf: PlanOf = ({ flow }) => planFlow(flow)): Bundle {
  const sorted: NormalisedSpecs = {
    workspace: specs.workspace,
    entities: byName(specs.entities),
    tools: byName(specs.tools),
    // One that covers no tool decides nothing and stands in no digest: it has no place in a bundle.
    policies: byName(specs.policies).filter((policy) => specs.tools.some(({ name }) => appliesTo(policy, name))),
  };
  const slice = slicerOf(sorted);
  // Slices share their entities, policies and workspaces: each is written once.
  const shared: Written = new Map();
  for (const part of [...sorted.entities, ...sorted.policies]) shared.set(part, canonicalJson(part));
  const slices = record(sorted.tools, (tool) => {
    const closed = slice(tool);
    shared.set(tool, canonicalJson(tool));
    if (!shared.has(closed.workspace)) shared.set(closed.workspace, canonicalJson(closed.workspace));
    return digestOf(closed, shared);
  });
  const entityDigests = record(sorted.entities, (entity) => digestOf(entity, shared));
  const digest = bundleDigest({ workspace: sorted.workspace, entityDigests, slices });
  const plans = record(sorted.tools, planOf);
  return { apiVersion: "lintel/v1", digest, ...sorted, slices, entityDigests, plans };
}

/** The digest of a bundle, from what it is over: whoever lists a bundle's slices can be held to its digest. */
export function bundleDigest(bundle: Pick<Bundle, "workspace" | "entityDigests" | "slices">): Digest {
  const { workspace, entityDigests: entities, slices } = bundle;
  return digestOf({ workspace, entities, slices });
}

/** The closed slice of one tool. */
export function sliceOf(specs: NormalisedSpecs, tool: Tool): Slice {
  return slicerOf(specs)(tool);
}

/** Every slice of a bundle, in the order of its tools. */
export function slicesOf(bundle: Bundle): readonly Slice[] {
  return bundle.tools.map(slicerOf(bundle));
}

/** As sliceOf, for many tools of the same specs; equal workspaces of slices are one object. */
export function slicerOf(specs: NormalisedSpecs): (tool: Tool) => Slice {
  const entities = new Map(specs.entities.map((entity) => [entity.name, entity]));
  const workspaces = new Map<string, Workspace>();
  return (tool) => {
    const nodes = allNodes(tool.flow);
    const providers = new Set(nodes.flatMap((node) => ("provider" in node ? [node.provider] : [])));
    const secret = tool.trigger.type === "webhook" ? tool.trigger.signature.secret : undefined;
    const key = JSON.stringify([[...providers].sort(), secret]);
    const workspace = workspaces.get(key) ?? narrowWorkspace(specs.workspace, providers, secret);
    workspaces.set(key, workspace);
    return {
      apiVersion: "lintel/v1",
      tool,
      entities: reachableEntities(nodes.flatMap(entityNames), entities),
      policies: specs.policies.filter((policy) => appliesTo(policy, tool.name)),
      workspace,
    };
  };
}

/** Whether a policy's tool patterns (`*` matches any run of characters) cover the tool; no pattern covers all. */
export function appliesTo(policy: Policy, toolName: string): boolean {
  return policy.tools.length === 0 || policy.tools.some((pattern) => matches(pattern.split("*"), toolName));
}

function matches(parts: readonly string[], name: string): boolean {
  const [first = "", ...rest] = parts;
  if (rest.length === 0) return name === first;
  const last = rest.at(-1) ?? "";
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of rest.slice(0, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > name.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}

/** The named entities and those that they refer to, at any distance, by name. */
export function reachableEntities(names: Iterable<string>, entities: ReadonlyMap<string, Entity>): readonly Entity[] {
  const reached = new Map<string, Entity>();
  const queue = [...names];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const entity = entities.get(name);
    if (entity === undefined || reached.has(name)) continue;
    reached.set(name, entity);
    for (const relationship of entity.relationships) {
      queue.push(relationship.entity);
      if (relationship.through !== undefined) queue.push(relationship.through);
    }
    for (const { ref } of entity.fields) if (ref !== undefined) queue.push(ref);
  }
  return byName([...reached.values()]);
}

function entityNames(node: FlowNode): readonly string[] {
  return "entity" in node ? [node.entity] : [];
}

function narrowWorkspace(workspace: Workspace, named: ReadonlySet<string>, secret: string | undefined): Workspace {
  const providers = workspace.providers.filter(({ name }) => named.has(name));
  const used = new Set([
    ...providers.flatMap((provider) => provider.secret ?? []),
    ...(secret === undefined ? [] : [secret]),
  ]);
  return { ...workspace, providers, secrets: workspace.secrets.filter((one) => used.has(one)) };
}

function byName<T extends { readonly name: string }>(items: readonly T[]): readonly T[] {
  return [...items].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function record<T extends { readonly name: string }, V>(items: readonly T[], value: (item: T) => V): Record<string, V> {
  return Object.fromEntries(items.map((item) => [item.name, value(item)]));
}
