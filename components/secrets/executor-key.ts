// Decision 0024: a key that no program holds, made once and never made again.
import { randomBytes } from "node:crypto";
import * as gcp from "@pulumi/gcp";
import {
  type ComponentResourceOptions,
  type Input,
  type Output,
  output,
  runtime,
  secret,
  unknown,
} from "@pulumi/pulumi";
import { nameLimits, resourceName } from "../names.ts";
import { Part } from "../part.ts";
import type { ServiceAccount } from "../service-accounts.ts";
import { transformed } from "../transform.ts";
import { type SecretPlace, secretArgs } from "./secret-args.ts";
import type { SecretReference, SecretsTransforms } from "./secrets.ts";

/** `trace` wraps the data keys of executions, `audit` signs the seals of the audit log. */
export type KeyPurpose = "trace" | "audit";

/**
 * Where a key of the executor's comes from, when it is not the one that is made here. A version's value is one key or
 * several, separated by commas, each 32 bytes in base64: the first wraps or signs, all unwrap or verify.
 */
export type KeySource =
  /** Of the secret that is made here, a version that was added to it out of band: a rotation. */
  | { readonly version: string }
  /** A secret that exists, its id or `projects/PROJECT/secrets/ID`, and its version. */
  | { readonly secret: Input<string>; readonly version: string };

export interface ExecutorKeyArgs extends SecretPlace {
  readonly purpose: KeyPurpose;
  /** The only account that may read it. */
  readonly reader: ServiceAccount;
  readonly source?: KeySource;
  /** Default true: what was encrypted under it cannot be read without it. */
  readonly deletionProtection?: boolean;
  readonly transform?: SecretsTransforms;
}

/** A key of the executor's own, which nobody chooses. */
export class ExecutorKey extends Part {
  /** Absent for a secret that exists. */
  readonly secret?: gcp.secretmanager.Secret;
  readonly version?: gcp.secretmanager.SecretVersion;
  readonly accessor: gcp.secretmanager.SecretIamMember;
  readonly reference: SecretReference;

  constructor(name: string, args: ExecutorKeyArgs, options?: ComponentResourceOptions) {
    // An underscore: no secret of a spec has one in its name.
    const key = `${name}_${args.purpose}-key`;
    super("ExecutorKey", key, { project: args.project, region: args.region, purpose: args.purpose }, options);
    const { source } = args;
    if (source !== undefined && "secret" in source) {
      this.reference = { secret: output(source.secret), version: output(source.version) };
    } else {
      this.secret = this.#makeSecret(key, args);
      this.version = this.#makeKey(key, this.secret, args);
      this.reference = { secret: this.secret.id, version: output(source?.version ?? this.version.version) };
    }
    this.accessor = this.#grantAccess(key, this.reference.secret, args);
    this.registerOutputs({});
  }

  #makeSecret(key: string, args: ExecutorKeyArgs): gcp.secretmanager.Secret {
    const wanted = secretArgs(resourceName(key, "", nameLimits.secret), args);
    const options = this.protectedChild(args.deletionProtection);
    return new gcp.secretmanager.Secret(key, transformed(wanted, args.transform?.secret), options);
  }

  #makeKey(key: string, made: gcp.secretmanager.Secret, args: ExecutorKeyArgs): gcp.secretmanager.SecretVersion {
    const wanted: gcp.secretmanager.SecretVersionArgs = {
      secret: made.id,
      secretDataWo: newKey(),
      // Always the same one, so that the value of the first `up` stays and those of later ones go nowhere.
      secretDataWoVersion: 1,
      // Only the secret itself takes its versions along.
      deletionPolicy: "ABANDON",
    };
    const options = this.protectedChild(args.deletionProtection);
    return new gcp.secretmanager.SecretVersion(key, transformed(wanted, args.transform?.version), options);
  }

  #grantAccess(
    key: string,
    secretId: Output<string>,
    { project, reader }: ExecutorKeyArgs,
  ): gcp.secretmanager.SecretIamMember {
    return new gcp.secretmanager.SecretIamMember(
      `${key}-executor`,
      { project, secretId, role: "roles/secretmanager.secretAccessor", member: reader.member },
      this.child(),
    );
  }
}

/** Unknown in a preview, so that a plan that was saved then does not hold a key, and `up --plan` makes one. */
function newKey(): Output<string> {
  return secret(runtime.isDryRun() ? (output(unknown) as Output<string>) : randomBytes(32).toString("base64"));
}
