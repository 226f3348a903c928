import type { Digest } from "@lintel/specs";
import type { ToolInputs } from "./tool-inputs.ts";

/** A Workspace resource, as its inputs describe it. */
export interface SeenWorkspace {
  readonly urn: string;
  readonly name: string;
  /** Path of the spec folder relative to the Pulumi project, where the Workspace was made from one. */
  readonly specs?: string;
  readonly environment?: string;
  readonly digest: Digest;
  /** Digest of each tool's slice, by tool name. */
  readonly slices: Readonly<Record<string, Digest>>;
}

/** A Cloud Run service that runs the executor. */
export interface SeenExecutor {
  /** Google's name of the service. */
  readonly service: string;
  readonly workspace: string;
  /** Audiences of the tokens that it takes. */
  readonly audiences: readonly string[];
}

/** What the policies have seen of the stack so far: a component comes before its children. */
export class SeenResources {
  readonly #workspaces = new Map<string, SeenWorkspace>();
  readonly #tools = new Map<string, Map<string, Digest>>();
  readonly #executors = new Map<string, SeenExecutor>();
  /** Workspaces with a tool that others than Cloud Scheduler call. */
  readonly #anonymous = new Set<string>();

  addWorkspace(workspace: SeenWorkspace): void {
    this.#workspaces.set(workspace.name, workspace);
  }

  addTool({ workspace, slice, digest }: ToolInputs): void {
    const tools = this.#tools.get(workspace) ?? new Map<string, Digest>();
    this.#tools.set(workspace, tools.set(slice.tool.name, digest));
    if (slice.tool.trigger.type !== "schedule") this.#anonymous.add(workspace);
  }

  addExecutor(executor: SeenExecutor): void {
    this.#executors.set(executor.service, executor);
  }

  /** The workspace whose executor runs on a service of this name. */
  workspaceOfService(service: string): string | undefined {
    return this.#executors.get(service)?.workspace;
  }

  /** Whether clients or webhooks, which carry no Google token, call the workspace's tools. */
  takesAnonymousCalls(workspace: string): boolean {
    return this.#workspaces.has(workspace) && this.#anonymous.has(workspace);
  }

  /** Audiences that the stack's executors take. */
  audiences(): ReadonlySet<string> {
    return new Set([...this.#executors.values()].flatMap(({ audiences }) => audiences));
  }

  workspace(name: string): SeenWorkspace | undefined {
    return this.#workspaces.get(name);
  }

  workspaceAt(urn: string): SeenWorkspace | undefined {
    return [...this.#workspaces.values()].find((workspace) => workspace.urn === urn);
  }

  /** Tools that the workspace lists and that no judged Tool resource stands for, sorted. */
  missingTools({ name, slices }: SeenWorkspace): readonly string[] {
    const tools = this.#tools.get(name);
    return Object.keys(slices)
      .filter((tool) => tools?.get(tool) !== slices[tool])
      .sort();
  }
}
