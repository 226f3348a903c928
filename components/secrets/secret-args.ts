import type * as gcp from "@pulumi/gcp";
import type { Input } from "@pulumi/pulumi";
import type { PartArgs } from "../part.ts";

export interface SecretPlace extends PartArgs {
  readonly kmsKey?: Input<string>;
}

/** A secret that is kept in the workspace's region only, under the company's key where it has one. */
export function secretArgs(
  secretId: string,
  { project, region, labels, kmsKey }: SecretPlace,
): gcp.secretmanager.SecretArgs {
  const encryption = kmsKey === undefined ? {} : { customerManagedEncryption: { kmsKeyName: kmsKey } };
  return {
    project,
    secretId,
    labels: { ...labels },
    replication: { userManaged: { replicas: [{ location: region, ...encryption }] } },
  };
}
