import { ApiError, invalidField } from "./api/errors.ts";
import { isObject, type JsonObject } from "./api/json.ts";

// Limits that Google enforces and its API descriptions do not give. Each names its source; pages are those of
// cloud.google.com unless said otherwise.

/** One limit of the written list: what must match, and where Google says so. */
export interface Limit {
  readonly what: string;
  readonly pattern: RegExp;
  readonly source: string;
}

/** Names and ids, by what they name. */
export const limits = {
  labelKey: {
    what: "label key: 1 to 63 lowercase letters, digits, _ and -, beginning with a letter",
    pattern: /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u,
    source: "resource-manager/docs/labels-overview#requirements",
  },
  labelValue: {
    what: "label value: at most 63 lowercase letters, digits, _ and -",
    pattern: /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u,
    source: "resource-manager/docs/labels-overview#requirements",
  },
  runService: {
    what: "Cloud Run service id: begins with a letter, does not end with a hyphen, fewer than 50 lowercase letters, digits and hyphens",
    pattern: /^[a-z]([a-z0-9-]{0,47}[a-z0-9])?$/,
    source: "run/docs/reference/rest/v2/projects.locations.services/create (serviceId)",
  },
  runJob: {
    what: "Cloud Run job id: begins with a letter, does not end with a hyphen, fewer than 64 lowercase letters, digits and hyphens",
    pattern: /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    source: "run/docs/create-jobs; run/docs/reference/rest/v2/projects.locations.jobs (startExecutionToken)",
  },
  serviceAccountId: {
    what: "service account id: 6 to 30 lowercase letters, digits and hyphens, beginning with a letter",
    pattern: /^[a-z]([-a-z0-9]{4,28}[a-z0-9])$/,
    source: "iam/docs/reference/rest/v1/projects.serviceAccounts/create (accountId)",
  },
  sqlInstance: {
    what: "Cloud SQL instance id: begins with a letter, lowercase letters, digits and hyphens",
    pattern: /^[a-z]([a-z0-9-]{0,95}[a-z0-9])?$/,
    source: "sql/docs/postgres/instance-settings#settings-2ndgen (Instance ID)",
  },
  secretId: {
    what: "secret id: at most 255 letters, digits, - and _",
    pattern: /^[A-Za-z0-9_-]{1,255}$/,
    source: "secret-manager/docs/reference/rest/v1/projects.secrets/create (secretId)",
  },
  schedulerJob: {
    what: "Cloud Scheduler job id: at most 500 letters, digits, - and _",
    pattern: /^[A-Za-z0-9_-]{1,500}$/,
    source: "scheduler/docs/reference/rest/v1/projects.locations.jobs (name)",
  },
  repositoryId: {
    what: "Artifact Registry repository id: at most 63 lowercase letters, digits and hyphens, beginning with a letter",
    pattern: /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    source: "artifact-registry/docs/repositories/create-repos",
  },
  computeName: {
    what: "Compute Engine name: 1 to 63 lowercase letters, digits and hyphens, beginning with a letter",
    pattern: /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/,
    source: "compute/docs/naming-resources (RFC 1035)",
  },
  projectId: {
    what: "project id: 6 to 30 lowercase letters, digits and hyphens, beginning with a letter",
    pattern: /^[a-z]([-a-z0-9]{4,28}[a-z0-9])$/,
    source: "resource-manager/docs/creating-managing-projects",
  },
  location: {
    what: "region or multi-region, such as europe-west1, us or global",
    pattern: /^([a-z]+-[a-z]+\d{1,2}|us|eu|europe|asia|global|-)$/,
    source: "about/locations",
  },
} as const satisfies Record<string, Limit>;

/** Characters that a job's name and its execution token have together, at most (run v2 Job.startExecutionToken). */
export const jobNameAndTokenLength = 62;

/** How long a deleted Cloud SQL instance's name cannot be used again: one week (sql/docs/postgres/delete-instance). */
export const sqlNameReservation = 7 * 24 * 3600 * 1000;

/** Payload of a secret version: 64 KiB (secret-manager/quotas). */
export const secretPayloadBytes = 65536;

/** Environment names that Cloud Run sets itself (run/docs/configuring/services/environment-variables#reserved). */
const reservedEnvironment: readonly string[] = [
  "PORT",
  "K_SERVICE",
  "K_REVISION",
  "K_CONFIGURATION",
  "CLOUD_RUN_JOB",
  "CLOUD_RUN_EXECUTION",
  "CLOUD_RUN_TASK_INDEX",
  "CLOUD_RUN_TASK_ATTEMPT",
  "CLOUD_RUN_TASK_COUNT",
];

/** Throws 400 unless `value` keeps the named limit. */
export function checkName(limit: keyof typeof limits, field: string, value: string): void {
  const { pattern, what } = limits[limit];
  if (!pattern.test(value)) throw invalidField(field, `Invalid value "${value}" for ${field} (${what}).`);
}

/** Throws 404 for a path's location that cannot be one. */
export function checkLocation(location: string | undefined): void {
  if (location === undefined || limits.location.pattern.test(location)) return;
  throw new ApiError("NOT_FOUND", `Location '${location}' is not found or access is unauthorized.`);
}

/** Throws 400 unless `labels` (a map, or absent) keeps the limits: 64 labels, their keys and values. */
export function checkLabels(labels: unknown, field = "labels"): void {
  if (!isObject(labels)) return;
  if (Object.keys(labels).length > 64) throw invalidField(field, "A resource can have at most 64 labels.");
  for (const [key, value] of Object.entries(labels)) {
    checkName("labelKey", `${field}.key`, key);
    checkName("labelValue", `${field}["${key}"]`, typeof value === "string" ? value : JSON.stringify(value));
  }
}

const memberKinds =
  /^(user|group|domain|serviceAccount|principal|principalSet|projectOwner|projectEditor|projectViewer|deleted):/;
/** Accounts that Google makes and keeps: agents, the default ones, workload identities. */
const googleManaged = /^(service-\d+@|\d+@cloudservices\.|\d+-compute@developer\.|[^@]+@appspot\.)|\.svc\.id\.goog\[/;

/** Throws 400 unless an IAM member can be granted anything (iam/docs/principal-identifiers). */
export function checkMember(member: string, accountExists: (email: string) => boolean): void {
  if (member === "allUsers" || member === "allAuthenticatedUsers") return;
  if (!memberKinds.test(member)) {
    throw new ApiError(
      "INVALID_ARGUMENT",
      `The member ${member} is of an unknown type. Please set a valid type prefix for the member.`,
    );
  }
  if (!member.startsWith("serviceAccount:")) return;
  const email = member.slice("serviceAccount:".length);
  if (googleManaged.test(email) || accountExists(email)) return;
  throw new ApiError("INVALID_ARGUMENT", `Service account ${email} does not exist.`);
}

/** Throws 400 when `environment` sets a name that Cloud Run reserves. */
export function checkEnvironment(environment: readonly JsonObject[]): void {
  const names = environment.map((variable) => variable["name"]);
  const reserved = reservedEnvironment.find((name) => names.includes(name));
  if (reserved === undefined) return;
  throw invalidField(
    "template.containers[0].env",
    `The following reserved env names were provided: ${reserved}. These values are automatically set by the system.`,
  );
}
