import type { Acknowledgement } from "@lintel/specs";
import type { Input, Resource } from "@pulumi/pulumi";
import type { DatabaseOptions, DatabaseTransforms, ExistingInstance } from "../database/database-args.ts";
import type { ImageBuild, ImageTransforms } from "../image/executor-image.ts";
import type { MigrationTransforms } from "../migration/migration.ts";
import type { MonitoringArgs, MonitoringOptions } from "../monitoring/monitoring.ts";
import type { ExistingNetwork, Network, NetworkArgs, NetworkTransforms } from "../network/network.ts";
import type { SchedulesArgs, SweeperOptions } from "../schedules/schedules.ts";
import type { KeySource } from "../secrets/executor-key.ts";
import type { SecretSource, SecretsTransforms } from "../secrets/secrets.ts";
import type { AdminOptions, ServiceOptions, ServiceTransforms } from "../service/executor-service-args.ts";
import type { ServiceAccountsArgs } from "../service-accounts.ts";

/** What the company has already: it is used and never changed. */
export interface Existing extends ExistingNetwork {
  readonly instance?: ExistingInstance;
  /** `projects/P/locations/L/keyRings/R/cryptoKeys/K`; the service agents of the APIs must be allowed to use it. */
  readonly kmsKey?: Input<string>;
  /** Emails, by duty; the others are created. */
  readonly serviceAccounts?: NonNullable<ServiceAccountsArgs["existing"]>;
  /** `projects/P/locations/L/repositories/ID` in Artifact Registry. */
  readonly repository?: Input<string>;
}

/** Changes of raw arguments, by part and resource; the verdict's labels, image and environment are put back after them. */
export interface WorkspaceTransforms {
  readonly network?: NetworkTransforms;
  readonly database?: DatabaseTransforms;
  readonly secrets?: SecretsTransforms;
  readonly image?: ImageTransforms;
  readonly migration?: MigrationTransforms;
  readonly service?: ServiceTransforms;
  readonly schedules?: NonNullable<SchedulesArgs["transform"]>;
  readonly monitoring?: NonNullable<MonitoringArgs["transform"]>;
}

export interface WorkspaceArgs {
  /** Spec folder, relative to the Pulumi project. */
  readonly specs: string;
  /** Google Cloud project id. */
  readonly project: string;
  /** Google Cloud region, such as `europe-west1`. */
  readonly region: string;
  /** Environment of `workspace.yaml` whose overrides apply. */
  readonly environment?: string;
  /** Beside those in the folder's `acknowledgements.yaml`. */
  readonly acknowledgements?: readonly Acknowledgement[];
  /** The executor's image with this bundle, built earlier: `REPOSITORY@sha256:DIGEST`. */
  readonly image?: string;
  /** How the image is built and pushed when none is given; needs a Docker engine. */
  readonly build?: ImageBuild;
  /** Where the value of each secret that the specs name comes from, by that name. */
  readonly secrets?: Readonly<Record<string, SecretSource>> | ((name: string) => SecretSource);
  /** Which key wraps the data keys of executions; by default one that is made here, once. */
  readonly traceKey?: KeySource;
  /** Which key signs the seals of the audit log: `true` for one that is made here; none by default, as who verifies needs it too. */
  readonly auditKey?: KeySource | true;
  readonly existing?: Existing;
  /** A network that several workspaces share, or how to make this one's own. */
  readonly network?: Network | Pick<NetworkArgs, "subnetRange" | "privateServicesPrefixLength">;
  readonly database?: DatabaseOptions;
  readonly service?: ServiceOptions;
  /** Who may use the executor's admin API, which is off without it. */
  readonly admin?: AdminOptions;
  /** When the sweeper is called, by default every minute; `false` when somebody else calls `POST /_lintel/sweep`. */
  readonly sweeper?: SweeperOptions | false;
  /** Alerts and dashboard; `false` for none. */
  readonly monitoring?: MonitoringOptions | false;
  /** Labels of every resource that has labels. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Of the database, the service, the migration job and the keys. Default true: to destroy a workspace, set false and `up` first. */
  readonly deletionProtection?: boolean;
  /** Who deploys, for the audit log. Plain and stable, or each `up` migrates again. */
  readonly deployedBy?: string;
  readonly transform?: WorkspaceTransforms;
}

/** What every child of a workspace waits for. */
export type After = readonly Resource[];
