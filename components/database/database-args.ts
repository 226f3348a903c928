import type * as gcp from "@pulumi/gcp";
import type { Input, Resource } from "@pulumi/pulumi";
import type { PartArgs } from "../part.ts";
import type { ServiceAccounts } from "../service-accounts.ts";
import type { Transform } from "../transform.ts";

/** What a team chooses about its database; the rest is fixed: private address, TLS only, IAM logins, no passwords. */
export interface DatabaseOptions {
  /** `POSTGRES_17` by default; at least 15. */
  readonly version?: string;
  /** Machine type; `db-custom-1-3840` (one processor, 3.75 GiB) by default. */
  readonly tier?: string;
  /** A standby in a second zone, at twice the price. Default false. */
  readonly highAvailability?: boolean;
  /** GiB; grows by itself. Default 10. */
  readonly diskSize?: number;
  /** Daily backups that are kept. Default 7. */
  readonly retainedBackups?: number;
  /** Days back to any point of which the database can be restored, at most 7. Default 7. */
  readonly pointInTimeRecoveryDays?: number;
  /** UTC hour at which backups begin, `HH:MM`. Default 03:00. */
  readonly backupTime?: string;
  /** Name of the database in the instance; the workspace's name by default. */
  readonly name?: string;
  /** Further PostgreSQL flags of the instance. */
  readonly flags?: Readonly<Record<string, string>>;
}

/** A Cloud SQL instance that exists. It must have IAM database authentication switched on and a private address. */
export interface ExistingInstance {
  readonly name: Input<string>;
  readonly privateIpAddress: Input<string>;
  /** PEM of the server's certificate authority. */
  readonly caCertificate: Input<string>;
}

export interface DatabaseTransforms {
  readonly instance?: Transform<gcp.sql.DatabaseInstanceArgs>;
  readonly database?: Transform<gcp.sql.DatabaseArgs>;
  readonly user?: Transform<gcp.sql.UserArgs>;
}

export interface DatabaseArgs extends PartArgs, DatabaseOptions {
  /** `projects/PROJECT/global/networks/NAME`. */
  readonly networkId: Input<string>;
  /** What must be there before an instance can have a private address. */
  readonly networkReady?: readonly Resource[];
  readonly serviceAccounts: ServiceAccounts;
  /** Sets both of Cloud SQL's protections, Pulumi's and Google's. Default true. */
  readonly deletionProtection?: boolean;
  readonly kmsKey?: Input<string>;
  readonly existing?: ExistingInstance;
  readonly transform?: DatabaseTransforms;
}
