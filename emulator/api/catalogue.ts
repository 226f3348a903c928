/** One Google API as the emulator serves it: where its description lies and how the provider is pointed at it. */
export interface ApiEntry {
  /** First segment of the path under which the emulator serves the API. */
  readonly prefix: string;
  /** Service name that must be enabled, as in serviceusage. */
  readonly service: string;
  /** Discovery documents, relative to the module google.golang.org/api; the first is what `endpoint` speaks. */
  readonly documents: readonly string[];
  /** Argument of the Pulumi provider and the path that its value ends in. */
  readonly endpoint: { readonly argument: string; readonly path: string };
  readonly errors: "rpc" | "legacy";
  /** Enabled in every new project, or needed before anything can be enabled. */
  readonly enabledByDefault: boolean;
}

function entry(
  prefix: string,
  document: string | readonly string[],
  argument: string,
  path: string,
  more: Partial<ApiEntry> = {},
): ApiEntry {
  const documents = typeof document === "string" ? [document] : document;
  return {
    prefix,
    service: `${prefix}.googleapis.com`,
    documents,
    endpoint: { argument: `${argument}CustomEndpoint`, path },
    errors: "rpc",
    enabledByDefault: false,
    ...more,
  };
}

/**
 * The APIs that the components touch. Enabled by default are those of a new project
 * (cloud.google.com/service-usage/docs/enabled-service#default) and Cloud Resource Manager, which the Google provider
 * itself asks before it enables anything: there it is one command of the person who makes the project.
 */
export const catalogue: readonly ApiEntry[] = [
  entry("serviceusage", "serviceusage/v1/serviceusage-api.json", "serviceUsage", "v1/", { enabledByDefault: true }),
  entry("cloudresourcemanager", "cloudresourcemanager/v1/cloudresourcemanager-api.json", "resourceManager", "v1/", {
    enabledByDefault: true,
  }),
  entry("iam", "iam/v1/iam-api.json", "iamBeta", "v1/"),
  entry("iamcredentials", "iamcredentials/v1/iamcredentials-api.json", "iamCredentials", "v1/"),
  entry("compute", "compute/v1/compute-api.json", "compute", "compute/v1/", { errors: "legacy" }),
  entry("servicenetworking", "servicenetworking/v1/servicenetworking-api.json", "serviceNetworking", "v1/"),
  entry("sqladmin", "sqladmin/v1beta4/sqladmin-api.json", "sql", "sql/v1beta4/", { errors: "legacy" }),
  entry("secretmanager", "secretmanager/v1/secretmanager-api.json", "secretManager", "v1/"),
  entry("artifactregistry", "artifactregistry/v1/artifactregistry-api.json", "artifactRegistry", "v1/"),
  entry("run", "run/v2/run-api.json", "cloudRunV2", "v2/"),
  entry("cloudscheduler", "cloudscheduler/v1/cloudscheduler-api.json", "cloudScheduler", "v1/"),
  entry("monitoring", ["monitoring/v3/monitoring-api.json", "monitoring/v1/monitoring-api.json"], "monitoring", "", {
    enabledByDefault: true,
  }),
  entry("logging", "logging/v2/logging-api.json", "logging", "v2/", { enabledByDefault: true }),
  entry("cloudkms", "cloudkms/v1/cloudkms-api.json", "kms", "v1/"),
];

/** The provider's custom endpoint arguments for an emulator at `url` (no trailing slash). */
export function endpointsOf(url: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    catalogue.map((api) => [api.endpoint.argument, `${url}/${api.prefix}/${api.endpoint.path}`]),
  );
}
