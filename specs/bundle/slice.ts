import type { Entity } from "../language/entity.ts";
import type { FlowNode } from "../language/flow.ts";
import type { Policy } from "../language/policy.ts";
import type { Tool } from "../language/tool.ts";
import type { Workspace } from "../language/workspace.ts";
import type { Bundle, Digest, Slice } from "./bundle.ts";
import { digestOf } from "./canonical-json.ts";
import { allNodes, planFlow } from "./flow-plan.ts";

/** The specs of a workspace in normalised form, before digests. */
export interface NormalisedSpecs {
  readonly workspace: Workspace;
  readonly entities: readonly Entity[];
  readonly tools: readonly Tool[];
  readonly policies: readonly Policy[];
}

/** Closes the specs into a bundle; pure, and equal for equal specs whatever their order. */
export function assembleBundle(specs: NormalisedSpecs): Bundle {
  const sorted: NormalisedSpecs = {
    workspace: specs.workspace,
    entities: byName(specs.entities),
    tools: byName(specs.tools),
    // One that covers no tool decides nothing and stands in no digest: it has no place in a bundle.
    policies: byName(specs.policies).filter((policy) => specs.tools.some(({ name }) => appliesTo(policy, name))),
  };
  const slices = record(sorted.tools, (tool) => digestOf(sliceOf(sorted, tool)));
  const entityDigests = record(sorted.entities, digestOf);
  const digest = bundleDigest({ workspace: sorted.workspace, entityDigests, slices });
  const plans = record(sorted.tools, ({ flow }) => planFlow(flow));
  return { apiVersion: "lintel/v1", digest, ...sorted, slices, entityDigests, plans };
}

/** The digest of a bundle, from what it is over: whoever lists a bundle's slices can be held to its digest. */
export function bundleDigest(bundle: Pick<Bundle, "workspace" | "entityDigests" | "slices">): Digest {
  const { workspace, entityDigests: entities, slices } = bundle;
  return digestOf({ workspace, entities, slices });
}

/** The closed slice of one tool. */
export function sliceOf(specs: NormalisedSpecs, tool: Tool): Slice {
  return {
    apiVersion: "lintel/v1",
    tool,
    entities: reachableEntities(tool, specs.entities),
    policies: specs.policies.filter((policy) => appliesTo(policy, tool.name)),
    workspace: narrowWorkspace(specs.workspace, tool),
  };
}

/** Every slice of a bundle, in the order of its tools. */
export function slicesOf(bundle: Bundle): readonly Slice[] {
  return bundle.tools.map((tool) => sliceOf(bundle, tool));
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

function reachableEntities(tool: Tool, entities: readonly Entity[]): readonly Entity[] {
  const all = new Map(entities.map((entity) => [entity.name, entity]));
  const reached = new Set<string>();
  const queue = allNodes(tool.flow).flatMap(entityNames);
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const entity = all.get(name);
    if (entity === undefined || reached.has(name)) continue;
    reached.add(name);
    queue.push(
      ...entity.relationships.flatMap((relationship) => [relationship.entity, relationship.through ?? []].flat()),
    );
    queue.push(...entity.fields.flatMap(({ ref }) => ref ?? []));
  }
  return byName(entities.filter(({ name }) => reached.has(name)));
}

function entityNames(node: FlowNode): readonly string[] {
  return "entity" in node ? [node.entity] : [];
}

function narrowWorkspace(workspace: Workspace, tool: Tool): Workspace {
  const named = new Set(allNodes(tool.flow).flatMap((node) => ("provider" in node ? [node.provider] : [])));
  const providers = workspace.providers.filter(({ name }) => named.has(name));
  const own = tool.trigger.type === "webhook" ? [tool.trigger.signature.secret] : [];
  const used = new Set([...providers.flatMap(({ secret }) => secret ?? []), ...own]);
  return { ...workspace, providers, secrets: workspace.secrets.filter((secret) => used.has(secret)) };
}

function byName<T extends { readonly name: string }>(items: readonly T[]): readonly T[] {
  return [...items].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function record<T extends { readonly name: string }, V>(items: readonly T[], value: (item: T) => V): Record<string, V> {
  return Object.fromEntries(items.map((item) => [item.name, value(item)]));
}
