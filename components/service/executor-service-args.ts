import type { Acknowledgement, Tool } from "@lintel/specs";
import type * as gcp from "@pulumi/gcp";
import type { Input } from "@pulumi/pulumi";
import type { Database } from "../database/database.ts";
import type { Network } from "../network/network.ts";
import type { PartArgs } from "../part.ts";
import type { SecretReference } from "../secrets/secrets.ts";
import type { ServiceAccounts } from "../service-accounts.ts";
import type { Transform } from "../transform.ts";
import type { Ingress } from "./ingress.ts";
import type { Verdict } from "./verdict-labels.ts";

/** What a team chooses about its service. */
export interface ServiceOptions {
  /** Instances that always run; 0 (the default) starts one with the first request. */
  readonly minInstances?: number;
  /** Ceiling of instances, and with it of database connections. Default 10. */
  readonly maxInstances?: number;
  /** Requests that one instance works on at a time; not the number of instances. Default 80. */
  readonly concurrency?: number;
  /** `1` by default. */
  readonly cpu?: string;
  /** `512Mi` by default. */
  readonly memory?: string;
  /** Whether an instance has (and costs) a processor only while requests run. Default true; work that was lost goes on within requests of the sweeper. */
  readonly cpuIdle?: boolean;
  /** `gen1` (gVisor, starts sooner) or `gen2` (a Linux kernel of its own); chosen by Cloud Run when absent. */
  readonly executionEnvironment?: "gen1" | "gen2";
  /** Seconds that a request may take; by default the specs' execution time and 10 s, at least the sweeper's 60 s. */
  readonly timeoutSeconds?: number;
  /** Which executions leave an encrypted trace, from which they are replayed: those that must not be lost (default), or `all`. */
  readonly trace?: "durable" | "all";
  /** How long a trace is kept, in hours or days, such as `30d`. Default `7d`. */
  readonly traceRetention?: string;
  /** Derived from the triggers by default: `public` when anything but Cloud Scheduler calls. */
  readonly ingress?: Ingress;
  /**
   * How Cloud Run lets callers without a Google token through: a binding for `allUsers` (default), or no check at all, for
   * organizations whose policy forbids such a binding. Either way the executor authorizes every call.
   */
  readonly anonymousCalls?: "allUsers" | "withoutCheck";
  /** Further variables of the container, such as `LINTEL_LOG_LEVEL`; values are not secret. */
  readonly environment?: Readonly<Record<string, Input<string>>>;
}

/** Who may look into what happened, over the executor's admin API. */
export interface AdminOptions {
  /** In the role claim of the workspace's tokens; none of the roles that its specs declare. */
  readonly role: string;
}

export interface ServiceTransforms {
  readonly service?: Transform<gcp.cloudrunv2.ServiceArgs>;
}

export interface ExecutorServiceArgs extends PartArgs, ServiceOptions {
  readonly verdict: Verdict;
  readonly tools: readonly Tool[];
  /** Of which the executor warns before they expire. */
  readonly acknowledgements: readonly Acknowledgement[];
  /** Milliseconds that the specs allow an execution. */
  readonly executionTime: number;
  /** Digest-pinned. */
  readonly image: Input<string>;
  readonly database: Database;
  readonly network: Network;
  readonly serviceAccounts: ServiceAccounts;
  readonly secrets: Readonly<Record<string, SecretReference>>;
  /** Which key wraps the data keys of executions; without one they stand as they are, and the executor warns. */
  readonly traceKey?: SecretReference;
  /** Which key signs the seals of the audit log; without one they are hashes alone. */
  readonly auditKey?: SecretReference;
  /** The admin API is off without it. */
  readonly admin?: AdminOptions;
  readonly deletionProtection?: boolean;
  readonly kmsKey?: Input<string>;
  readonly transform?: ServiceTransforms;
}
