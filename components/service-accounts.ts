import * as gcp from "@pulumi/gcp";
import { type ComponentResourceOptions, type Input, interpolate, type Output, output } from "@pulumi/pulumi";
import { nameLimits, resourceName } from "./names.ts";
import { Part } from "./part.ts";

/** `executor` serves calls, `migrator` owns the schema, `admin` reads the audit log, `scheduler` calls the cron tools and the sweeper. */
export type Identity = "executor" | "migrator" | "admin" | "scheduler";

const descriptions: Readonly<Record<Identity, string>> = {
  executor: "Serves the workspace's tools",
  migrator: "Owns the workspace's database schema",
  admin: "Reads the workspace's audit log",
  scheduler: "Calls the workspace's scheduled tools and its sweeper",
};

export interface ServiceAccountsArgs {
  readonly project: string;
  /** Emails of accounts that exist; the others are created. */
  readonly existing?: Readonly<Partial<Record<Identity, Input<string>>>>;
}

/** One service account. */
export interface ServiceAccount {
  readonly email: Output<string>;
  /** `serviceAccount:EMAIL`, for IAM. */
  readonly member: Output<string>;
  /** Absent for an existing one. */
  readonly resource?: gcp.serviceaccount.Account;
}

/** A workspace's identities: one per duty, so that none can do what another may. */
export class ServiceAccounts extends Part {
  readonly executor: ServiceAccount;
  readonly migrator: ServiceAccount;
  readonly admin: ServiceAccount;
  readonly scheduler: ServiceAccount;

  constructor(name: string, args: ServiceAccountsArgs, options?: ComponentResourceOptions) {
    super("ServiceAccounts", name, { project: args.project }, options);
    this.executor = this.#account(name, "executor", args);
    this.migrator = this.#account(name, "migrator", args);
    this.admin = this.#account(name, "admin", args);
    this.scheduler = this.#account(name, "scheduler", args);
    this.registerOutputs({ executor: this.executor.email, migrator: this.migrator.email });
  }

  #account(name: string, identity: Identity, { project, existing }: ServiceAccountsArgs): ServiceAccount {
    const given = existing?.[identity];
    if (given !== undefined) return { email: output(given), member: interpolate`serviceAccount:${given}` };
    const resource = new gcp.serviceaccount.Account(
      `${name}-${identity}`,
      {
        project,
        accountId: accountId(name, identity),
        displayName: `Lintel ${name} ${identity}`,
        description: descriptions[identity],
      },
      this.child(),
    );
    return { email: resource.email, member: interpolate`serviceAccount:${resource.email}`, resource };
  }
}

/** Service account ids have 6 to 30 characters: `a-admin` is the shortest that comes out here. */
function accountId(workspace: string, identity: Identity): string {
  return resourceName(workspace, identity, nameLimits.serviceAccount);
}
