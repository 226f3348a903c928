import type { Digest, Entity as EntitySpec } from "@lintel/specs";
import { ComponentResource, type ComponentResourceOptions } from "@pulumi/pulumi";

/** Plain known values, as a Tool's. */
export interface EntityArgs {
  readonly workspace: string;
  readonly entity: EntitySpec;
  readonly digest: Digest;
}

/** One entity of a workspace; a migration is planned from the deployed one to the new one. */
export class Entity extends ComponentResource {
  static readonly __pulumiType = "lintel:index:Entity";

  constructor(name: string, args: EntityArgs, options?: ComponentResourceOptions) {
    super(Entity.__pulumiType, name, { ...args }, options);
    this.registerOutputs({ digest: args.digest });
  }
}
