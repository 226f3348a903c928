import type { Acknowledgement, Digest, Slice } from "@lintel/specs";
import { ComponentResource, type ComponentResourceOptions } from "@pulumi/pulumi";

/** Plain known values: a policy pack judges the tool from them, also in a preview. */
export interface ToolArgs {
  readonly workspace: string;
  readonly name: string;
  /** All that the tool's behaviour and risk depend on; its diff is what a reviewer reads. */
  readonly slice: Slice;
  /** Digest of the slice; whoever judges computes it again. */
  readonly digest: Digest;
  /** Those that name this tool. */
  readonly acknowledgements: readonly Acknowledgement[];
}

/** One tool of a workspace, as a resource without infrastructure: it carries the tool's slice through preview and state. */
export class Tool extends ComponentResource {
  static readonly __pulumiType = "lintel:index:Tool";

  constructor(name: string, args: ToolArgs, options?: ComponentResourceOptions) {
    super(Tool.__pulumiType, name, { ...args }, options);
    this.registerOutputs({ digest: args.digest });
  }
}
