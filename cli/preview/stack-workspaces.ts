import {
  type Acknowledgement,
  assembleBundle,
  type Bundle,
  type Digest,
  type Entity,
  isJsonObject,
  type Slice,
  type Workspace,
} from "@lintel/specs";

/** A resource of the state or of a preview, as far as it is read here. */
interface Registered {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
}

export interface StackTool {
  readonly urn: string;
  readonly name: string;
  readonly slice: Slice;
  readonly digest: Digest;
  readonly acknowledgements: readonly Acknowledgement[];
}

/** A workspace as its resources carry it: enough to judge it, to compare it and to plan its migration. */
export interface StackWorkspace {
  readonly name: string;
  readonly digest: Digest;
  readonly specs?: string;
  readonly environment?: string;
  readonly tools: readonly StackTool[];
  /** Undefined where the resources do not add up to the digest that the workspace claims. */
  readonly bundle?: Bundle;
}

/** The workspaces of a stack, by name; resources that carry no slice are left out, the pack reports them. */
export function workspacesOf(resources: readonly Registered[]): ReadonlyMap<string, StackWorkspace> {
  const found = resources
    .filter(({ type, inputs }) => type === "lintel:index:Workspace" && typeof inputs?.["name"] === "string")
    .map(({ inputs = {} }) => workspaceOf(inputs, resources));
  return new Map(found.map((workspace) => [workspace.name, workspace]));
}

function workspaceOf(inputs: Readonly<Record<string, unknown>>, resources: readonly Registered[]): StackWorkspace {
  const [name, digest] = [text(inputs["name"]) ?? "", text(inputs["digest"]) ?? ""];
  const [specs, environment] = [text(inputs["specs"]), text(inputs["environment"])];
  const parts = resources.filter((resource) => resource.inputs?.["workspace"] === name);
  const tools = parts.filter(({ type }) => type === "lintel:index:Tool").flatMap(toolOf);
  const entities = parts
    .filter(({ type }) => type === "lintel:index:Entity")
    .flatMap((resource) => (isJsonObject(resource.inputs?.["entity"]) ? [resource.inputs["entity"]] : []));
  const bundle = rebuild(inputs["definition"], entities as unknown as readonly Entity[], tools);
  return {
    name,
    digest,
    ...(specs === undefined ? {} : { specs }),
    ...(environment === undefined ? {} : { environment }),
    tools,
    ...(bundle?.digest === digest ? { bundle } : {}),
  };
}

function toolOf({ urn, inputs = {} }: Registered): readonly StackTool[] {
  const { name, slice, digest, acknowledgements } = inputs;
  if (typeof name !== "string" || typeof digest !== "string" || !isJsonObject(slice)) return [];
  const accepted = Array.isArray(acknowledgements) ? (acknowledgements as readonly Acknowledgement[]) : [];
  return [{ urn, name, slice: slice as unknown as Slice, digest, acknowledgements: accepted }];
}

/** The specs as they were compiled; undefined where what the state holds was made by an older Lintel and has another shape. */
function rebuild(definition: unknown, entities: readonly Entity[], tools: readonly StackTool[]): Bundle | undefined {
  if (!isJsonObject(definition)) return undefined;
  const policies = new Map(
    tools.flatMap(({ slice }) => slice.policies.map((policy) => [policy.name, policy] as const)),
  );
  try {
    return assembleBundle({
      workspace: definition as unknown as Workspace,
      entities,
      tools: tools.map(({ slice }) => slice.tool),
      policies: [...policies.values()],
    });
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
