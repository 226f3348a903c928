import * as gcp from "@pulumi/gcp";
import { type ComponentResourceOptions, type Input, type Output, output, RunError, secret } from "@pulumi/pulumi";
import { nameLimits, resourceName } from "../names.ts";
import { Part } from "../part.ts";
import type { ServiceAccount } from "../service-accounts.ts";
import { type Transform, transformed } from "../transform.ts";
import { type SecretPlace, secretArgs } from "./secret-args.ts";

/** Where a secret's value comes from; always with the version that is read, because a pinned one changes with a deployment. */
export type SecretSource =
  /**
   * The value goes to Google by a write-only argument, so a changed one is seen only by a raised `revision` (default 1). Pulumi's
   * state keeps it among the resource's inputs, encrypted: whoever may decrypt the stack's secrets may read it.
   */
  | { readonly value: Input<string>; readonly revision?: number }
  /** The secret is made here, its versions are added out of band. */
  | { readonly version: string }
  /** A secret that exists: its id, or `projects/PROJECT/secrets/ID`. */
  | { readonly existing: Input<string>; readonly version: string };

/** Which version of which secret a container reads. */
export interface SecretReference {
  readonly secret: Output<string>;
  readonly version: Output<string>;
}

export interface SecretsTransforms {
  readonly secret?: Transform<gcp.secretmanager.SecretArgs>;
  readonly version?: Transform<gcp.secretmanager.SecretVersionArgs>;
}

export interface SecretsArgs extends SecretPlace {
  /** By the name that the specs use. */
  readonly sources: Readonly<Record<string, SecretSource>>;
  readonly readers: readonly { readonly name: string; readonly account: ServiceAccount }[];
  readonly transform?: SecretsTransforms;
}

/** The secrets of a workspace in Secret Manager, each with one accessor binding per reader and nothing on the project. */
export class Secrets extends Part {
  readonly secrets: Readonly<Record<string, gcp.secretmanager.Secret>>;
  readonly versions: Readonly<Record<string, gcp.secretmanager.SecretVersion>>;
  readonly accessors: readonly gcp.secretmanager.SecretIamMember[];
  /** By the name that the specs use. */
  readonly references: Readonly<Record<string, SecretReference>>;

  constructor(name: string, args: SecretsArgs, options?: ComponentResourceOptions) {
    super("Secrets", name, { project: args.project, names: Object.keys(args.sources) }, options);
    const entries = Object.entries(args.sources);
    this.secrets = Object.fromEntries(
      entries.flatMap(([id, source]) => ("existing" in source ? [] : [[id, this.#makeSecret(name, id, args)]])),
    );
    this.versions = Object.fromEntries(
      entries.flatMap(([id, source]) => ("value" in source ? [[id, this.#makeVersion(name, id, source, args)]] : [])),
    );
    this.accessors = entries.flatMap(([id, source]) => this.#grantAccess(name, id, source, args));
    this.references = Object.fromEntries(entries.map(([id, source]) => [id, this.#reference(id, source)]));
    this.registerOutputs({});
  }

  #makeSecret(name: string, id: string, args: SecretsArgs): gcp.secretmanager.Secret {
    const wanted = secretArgs(resourceName(name, id, nameLimits.secret), args);
    return new gcp.secretmanager.Secret(`${name}-${id}`, transformed(wanted, args.transform?.secret), this.child());
  }

  #makeVersion(
    name: string,
    id: string,
    source: Extract<SecretSource, { value: unknown }>,
    { transform }: SecretsArgs,
  ): gcp.secretmanager.SecretVersion {
    const args = {
      secret: this.#secretOf(id),
      secretDataWo: secret(source.value),
      secretDataWoVersion: source.revision ?? 1,
    };
    return new gcp.secretmanager.SecretVersion(`${name}-${id}`, transformed(args, transform?.version), this.child());
  }

  #grantAccess(
    name: string,
    id: string,
    source: SecretSource,
    { project, readers }: SecretsArgs,
  ): readonly gcp.secretmanager.SecretIamMember[] {
    const secretId = "existing" in source ? output(source.existing) : this.#secretOf(id);
    return readers.map(
      (reader) =>
        new gcp.secretmanager.SecretIamMember(
          `${name}-${id}-${reader.name}`,
          { project, secretId, role: "roles/secretmanager.secretAccessor", member: reader.account.member },
          this.child(),
        ),
    );
  }

  #reference(id: string, source: SecretSource): SecretReference {
    if ("existing" in source) return { secret: output(source.existing), version: output(source.version) };
    if ("version" in source) return { secret: this.#secretOf(id), version: output(source.version) };
    return { secret: this.#secretOf(id), version: output(this.versions[id]?.version ?? "1") };
  }

  #secretOf(id: string): Output<string> {
    return output(this.secrets[id]?.id ?? "");
  }
}

/**
 * The source of each secret that the specs name.
 * @throws RunError that names every secret without a source, and every source that no spec names.
 */
export function sourcesOf(
  names: readonly string[],
  given: Readonly<Record<string, SecretSource>> | ((name: string) => SecretSource) = {},
): Readonly<Record<string, SecretSource>> {
  if (typeof given === "function") return Object.fromEntries(names.map((name) => [name, given(name)]));
  const missing = names.filter((name) => given[name] === undefined);
  const unknown = Object.keys(given).filter((name) => !names.includes(name));
  if (missing.length === 0 && unknown.length === 0) return given;
  throw new RunError(
    [
      ...missing.map(
        (name) => `secret "${name}" has no source: give secrets["${name}"] a value, or the version to read`,
      ),
      ...unknown.map((name) => `secrets["${name}"] is named by no spec: remove it or correct its name`),
    ].join("\n"),
  );
}
