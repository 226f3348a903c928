import type { Pulumi } from "./pulumi.ts";

interface ExportedResource {
  readonly type: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** What Pulumi's state of a stack says after an `up`. */
export interface StackState {
  /** Resources beside the stack itself and its providers. */
  readonly resources: readonly ExportedResource[];
  /** The outputs of the only resource of that type, by which `pick` can tell them apart. */
  outputsOf(
    type: string,
    pick?: (outputs: Readonly<Record<string, unknown>>) => boolean,
  ): Readonly<Record<string, unknown>>;
}

export async function readStackState(pulumi: Pulumi, stack: string): Promise<StackState> {
  const exported = JSON.parse(await pulumi.must(["stack", "export", "--show-secrets", "--stack", stack])) as {
    readonly deployment: { readonly resources?: readonly ExportedResource[] };
  };
  const resources = (exported.deployment.resources ?? []).filter(({ type }) => !type.startsWith("pulumi:"));
  return {
    resources,
    outputsOf: (type, pick = () => true) => {
      const found = resources.find((resource) => resource.type === type && pick(resource.outputs ?? {}));
      if (found?.outputs === undefined) throw new Error(`the stack has no ${type}`);
      return found.outputs;
    },
  };
}
