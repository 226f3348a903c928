// What each cloud rule must report and what it must leave alone: inputs as @pulumi/gcp passes them on.
import type { CloudSettings } from "../../policypack/infra/cloud-rule.ts";

type Props = Readonly<Record<string, unknown>>;

export interface Case {
  readonly what: string;
  readonly type: string;
  readonly props: Props;
  readonly provider?: Props;
  readonly settings?: CloudSettings;
}

const digest = `registry.example.com/app@sha256:${"a".repeat(64)}`;
const account = "app@acme.iam.gserviceaccount.com";
export const service = "gcp:cloudrunv2/service:Service";
const job = "gcp:cloudrunv2/job:Job";
const oldService = "gcp:cloudrun/service:Service";
const schedule = "gcp:cloudscheduler/job:Job";
const instance = "gcp:sql/databaseInstance:DatabaseInstance";
const user = "gcp:sql/user:User";
const secret = "gcp:secretmanager/secret:Secret";
const invoker = "gcp:cloudrunv2/serviceIamMember:ServiceIamMember";

const running = (container: Props, more: Props = {}): Props => ({
  template: { serviceAccount: account, containers: [{ image: digest, ...container }], ...more },
});
const env = (name: string, value: string): Props => running({ envs: [{ name, value }] });

const settings = {
  deletionProtectionEnabled: true,
  databaseFlags: [{ name: "cloudsql.iam_authentication", value: "on" }],
  backupConfiguration: { enabled: true, pointInTimeRecoveryEnabled: true },
  ipConfiguration: { ipv4Enabled: false, privateNetwork: "projects/p/global/networks/n", sslMode: "ENCRYPTED_ONLY" },
  userLabels: { team: "bookings" },
};
const database = (change: Props = {}, more: Props = {}): Props => ({
  databaseVersion: "POSTGRES_17",
  region: "europe-west1",
  deletionProtection: true,
  settings: { ...settings, ...change },
  ...more,
});
const replica = {
  databaseVersion: "POSTGRES_17",
  masterInstanceName: "primary",
  settings: { ...settings, backupConfiguration: {}, databaseFlags: [], deletionProtectionEnabled: false },
};
const calling = (oidcToken: Props | undefined, uri = "https://notes.example.com/run"): Props => ({
  httpTarget: { uri, ...(oidcToken === undefined ? {} : { oidcToken }) },
});
const token = { serviceAccountEmail: account, audience: "https://notes.example.com" };
const regions = { regions: ["europe-west1"] };
const labels = { labels: ["team"] };

/** By rule id; the stack has seen the executor `open` of a workspace with client tools, and `closed` with schedules only. */
export const cases: Readonly<Record<string, { readonly bad: readonly Case[]; readonly good: readonly Case[] }>> = {
  "unpinned-image": {
    bad: [
      { what: "a tag", type: service, props: running({ image: "registry.example.com/app:1.2" }) },
      {
        what: "no tag at all, of a job",
        type: job,
        props: { template: { template: { containers: [{ image: "app" }] } } },
      },
      {
        what: "the old API",
        type: oldService,
        props: { template: { spec: { containers: [{ image: "app:latest" }] } } },
      },
      {
        what: "a sidecar",
        type: service,
        props: { template: { containers: [{ image: digest }, { image: "proxy:2" }] } },
      },
    ],
    good: [{ what: "a digest", type: service, props: running({}) }],
  },
  "plain-text-secret": {
    bad: [
      { what: "a name", type: service, props: env("SMTP_PASSWORD", "hunter2") },
      { what: "a name in lower case", type: service, props: env("stripe_api_key", "abcdefgh") },
      { what: "one of our own", type: service, props: env("LINTEL_SECRET_STRIPE", "abcdefgh") },
      { what: "a Stripe key under an innocent name", type: service, props: env("SETTING", "sk_live_0123456789ab") },
      {
        what: "a URL with a password",
        type: service,
        props: env("DATABASE_URL", "postgres://app:hunter2@10.0.0.1/app"),
      },
      { what: "a private key", type: service, props: env("PEM", "-----BEGIN RSA PRIVATE KEY-----\nMII") },
      {
        what: "a job",
        type: job,
        props: { template: { template: { containers: [{ envs: [{ name: "TOKEN", value: "abcdefgh" }] }] } } },
      },
      {
        what: "the old API",
        type: oldService,
        props: { template: { spec: { containers: [{ envs: [{ name: "TOKEN", value: "abcdefgh" }] }] } } },
      },
      {
        what: "a sidecar",
        type: service,
        props: { template: { containers: [{}, { envs: [{ name: "TOKEN", value: "abcdefgh" }] }] } },
      },
      {
        what: "a schedule's header",
        type: schedule,
        props: { httpTarget: { headers: { Authorization: "Basic YTpi" } } },
      },
    ],
    good: [
      {
        what: "a reference",
        type: service,
        props: running({
          envs: [{ name: "SMTP_PASSWORD", valueSource: { secretKeyRef: { secret: "s", version: "1" } } }],
        }),
      },
      { what: "where a secret lies", type: service, props: env("API_TOKEN", "projects/p/secrets/token/versions/1") },
      { what: "something about a secret", type: service, props: env("TOKEN_URL", "https://login.example.com/token") },
      { what: "a limit", type: service, props: env("MAX_TOKEN", "4096") },
      { what: "a URL without a password", type: service, props: env("DATABASE_URL", "postgres://app@10.0.0.1/app") },
      { what: "a digest", type: service, props: env("LINTEL_BUNDLE_DIGEST", `sha256:${"0".repeat(64)}`) },
      { what: "how one logs in", type: service, props: env("LINTEL_DATABASE_AUTH", "iam") },
      { what: "an empty value", type: service, props: env("TOKEN", "") },
    ],
  },
  "default-service-account": {
    bad: [
      { what: "none", type: service, props: { template: { containers: [] } } },
      { what: "an empty one", type: service, props: { template: { serviceAccount: "" } } },
      {
        what: "Compute Engine's",
        type: service,
        props: { template: { serviceAccount: "123456-compute@developer.gserviceaccount.com" } },
      },
      {
        what: "App Engine's, of a job",
        type: job,
        props: { template: { template: { serviceAccount: "acme@appspot.gserviceaccount.com" } } },
      },
      { what: "none, of the old API", type: oldService, props: { template: { spec: {} } } },
      {
        what: "Compute Engine's, of a schedule",
        type: schedule,
        props: calling({ ...token, serviceAccountEmail: "1-compute@developer.gserviceaccount.com" }),
      },
    ],
    good: [
      { what: "its own", type: service, props: running({}) },
      { what: "its own, of a schedule", type: schedule, props: calling(token) },
    ],
  },
  "public-invoker": {
    bad: [
      {
        what: "everyone on any service",
        type: invoker,
        props: { name: "other", role: "roles/run.invoker", member: "allUsers" },
      },
      {
        what: "everyone on an executor of schedules",
        type: invoker,
        props: { name: "closed", role: "roles/run.invoker", member: "allUsers" },
      },
      {
        what: "everyone with a Google account",
        type: invoker,
        props: { name: "open", role: "roles/run.invoker", member: "allAuthenticatedUsers" },
      },
      {
        what: "more than invoking",
        type: invoker,
        props: { name: "open", role: "roles/run.admin", member: "allUsers" },
      },
      {
        what: "a binding",
        type: "gcp:cloudrunv2/serviceIamBinding:ServiceIamBinding",
        props: { name: "other", role: "roles/run.invoker", members: ["user:jo@example.com", "allUsers"] },
      },
      {
        what: "a policy",
        type: "gcp:cloudrunv2/serviceIamPolicy:ServiceIamPolicy",
        props: {
          name: "other",
          policyData: JSON.stringify({ bindings: [{ role: "roles/run.invoker", members: ["allUsers"] }] }),
        },
      },
      {
        what: "a job with the executor's name",
        type: "gcp:cloudrunv2/jobIamMember:JobIamMember",
        props: { name: "open", role: "roles/run.invoker", member: "allUsers" },
      },
      {
        what: "a secret",
        type: "gcp:secretmanager/secretIamMember:SecretIamMember",
        props: { role: "roles/secretmanager.secretAccessor", member: "allAuthenticatedUsers" },
      },
      {
        what: "a project",
        type: "gcp:projects/iAMMember:IAMMember",
        props: { role: "roles/run.invoker", member: "allUsers" },
      },
      {
        what: "a bucket",
        type: "gcp:storage/bucketIAMMember:BucketIAMMember",
        props: { role: "roles/storage.objectViewer", member: "allUsers" },
      },
      { what: "the check switched off", type: service, props: { name: "other", invokerIamDisabled: true } },
    ],
    good: [
      {
        what: "an executor with client tools",
        type: invoker,
        props: { name: "open", role: "roles/run.invoker", member: "allUsers" },
      },
      {
        what: "the same by its full name",
        type: invoker,
        props: { name: "projects/p/locations/l/services/open", role: "roles/run.invoker", member: "allUsers" },
      },
      {
        what: "one account",
        type: invoker,
        props: { name: "other", role: "roles/run.invoker", member: `serviceAccount:${account}` },
      },
      {
        what: "the check switched off for client tools",
        type: service,
        props: { name: "open", invokerIamDisabled: true, labels: { "lintel-workspace": "open" } },
      },
    ],
  },
  "public-database": {
    bad: [
      { what: "nothing said", type: instance, props: { settings: {} } },
      {
        what: "both addresses",
        type: instance,
        props: database({ ipConfiguration: { ...settings.ipConfiguration, ipv4Enabled: true } }),
      },
      { what: "no address", type: instance, props: database({ ipConfiguration: { ipv4Enabled: false } }) },
      {
        what: "authorized networks",
        type: instance,
        props: database({
          ipConfiguration: { ...settings.ipConfiguration, authorizedNetworks: [{ value: "0.0.0.0/0" }] },
        }),
      },
    ],
    good: [{ what: "a private address", type: instance, props: database() }],
  },
  "database-without-tls": {
    bad: [
      { what: "nothing said", type: instance, props: database({ ipConfiguration: { ipv4Enabled: false } }) },
      {
        what: "both",
        type: instance,
        props: database({ ipConfiguration: { sslMode: "ALLOW_UNENCRYPTED_AND_ENCRYPTED" } }),
      },
    ],
    good: [
      { what: "TLS only", type: instance, props: database() },
      {
        what: "client certificates",
        type: instance,
        props: database({ ipConfiguration: { sslMode: "TRUSTED_CLIENT_CERTIFICATE_REQUIRED" } }),
      },
    ],
  },
  "database-password": {
    bad: [
      { what: "no flag", type: instance, props: database({ databaseFlags: [] }) },
      {
        what: "the flag off",
        type: instance,
        props: database({ databaseFlags: [{ name: "cloudsql.iam_authentication", value: "off" }] }),
      },
      { what: "a root password", type: instance, props: database({}, { rootPassword: "hunter2" }) },
      { what: "a user of no type", type: user, props: { name: "app" } },
      { what: "an IAM user with a password", type: user, props: { type: "CLOUD_IAM_USER", password: "hunter2" } },
      { what: "a write-only password", type: user, props: { type: "BUILT_IN", passwordWo: "hunter2" } },
    ],
    good: [
      { what: "the flag on", type: instance, props: database() },
      {
        what: "MySQL's flag",
        type: instance,
        props: database(
          { databaseFlags: [{ name: "cloudsql_iam_authentication", value: "on" }] },
          { databaseVersion: "MYSQL_8_0" },
        ),
      },
      { what: "a replica", type: instance, props: replica },
      { what: "a service account", type: user, props: { type: "CLOUD_IAM_SERVICE_ACCOUNT" } },
    ],
  },
  "database-without-backup": {
    bad: [
      { what: "nothing said", type: instance, props: database({ backupConfiguration: undefined }) },
      { what: "no point in time", type: instance, props: database({ backupConfiguration: { enabled: true } }) },
      { what: "MySQL without its log", type: instance, props: database({}, { databaseVersion: "MYSQL_8_0" }) },
    ],
    good: [
      { what: "both", type: instance, props: database() },
      { what: "a replica", type: instance, props: replica },
    ],
  },
  "unprotected-database": {
    bad: [
      { what: "Google's left off", type: instance, props: database({ deletionProtectionEnabled: undefined }) },
      { what: "Pulumi's off", type: instance, props: database({}, { deletionProtection: false }) },
      {
        what: "Pulumi's off, Google's left off",
        type: instance,
        props: database({ deletionProtectionEnabled: undefined }, { deletionProtection: false }),
      },
    ],
    good: [
      { what: "both on", type: instance, props: database() },
      { what: "Pulumi's by default", type: instance, props: database({}, { deletionProtection: undefined }) },
      {
        what: "both given up",
        type: instance,
        props: database({ deletionProtectionEnabled: false }, { deletionProtection: false }),
      },
      { what: "a replica", type: instance, props: replica },
    ],
  },
  "deletion-allowed": {
    bad: [
      {
        what: "both given up",
        type: instance,
        props: database({ deletionProtectionEnabled: false }, { deletionProtection: false }),
      },
    ],
    good: [{ what: "both on", type: instance, props: database() }],
  },
  "schedule-without-identity": {
    bad: [
      { what: "no token", type: schedule, props: calling(undefined) },
      {
        what: "an OAuth token for what is not Google's",
        type: schedule,
        props: { httpTarget: { uri: "https://notes.example.com", oauthToken: token } },
      },
      { what: "no audience", type: schedule, props: calling({ serviceAccountEmail: account }) },
      {
        what: "another service's audience",
        type: schedule,
        props: calling({ ...token, audience: "https://other.example.com" }),
      },
      {
        what: "an audience that begins alike",
        type: schedule,
        props: calling({ ...token, audience: "https://notes.example.com.evil.example" }),
      },
      {
        what: "the address as audience of an executor",
        type: schedule,
        props: calling(token, "https://notes.example.com/_lintel/schedules/nightly"),
      },
      { what: "no account", type: schedule, props: calling({ audience: "https://notes.example.com" }) },
      {
        what: "a host that begins like loopback",
        type: schedule,
        props: calling({ ...token, audience: "http://127.0.0.1.evil.example" }, "http://127.0.0.1.evil.example/run"),
      },
      {
        what: "plain http",
        type: schedule,
        props: calling({ ...token, audience: "http://notes.example.com" }, "http://notes.example.com/run"),
      },
    ],
    good: [
      { what: "the address as audience", type: schedule, props: calling(token) },
      {
        what: "an executor's audience",
        type: schedule,
        props: calling({ ...token, audience: "lintel-open" }, "https://notes.example.com/_lintel/schedules/nightly"),
      },
      {
        what: "a Google API",
        type: schedule,
        props: { httpTarget: { uri: "https://run.googleapis.com/v2/x:run", oauthToken: token } },
      },
      {
        what: "loopback",
        type: schedule,
        props: calling({ ...token, audience: "http://127.0.0.1:8080" }, "http://127.0.0.1:8080/run"),
      },
      { what: "Pub/Sub", type: schedule, props: { pubsubTarget: { topicName: "t" } } },
    ],
  },
  "region-not-allowed": {
    bad: [
      { what: "another region", type: service, props: { location: "us-central1" }, settings: regions },
      {
        what: "a zone of another region",
        type: "gcp:compute/instance:Instance",
        props: { zone: "us-central1-a" },
        settings: regions,
      },
      { what: "a multi-region", type: "gcp:storage/bucket:Bucket", props: { location: "EU" }, settings: regions },
      { what: "no region", type: instance, props: { settings: {} }, settings: regions },
      {
        what: "the provider's region",
        type: instance,
        props: { settings: {} },
        provider: { region: "us-central1" },
        settings: regions,
      },
      { what: "a secret that is everywhere", type: secret, props: { replication: { auto: {} } }, settings: regions },
      {
        what: "a replica elsewhere",
        type: secret,
        props: { replication: { userManaged: { replicas: [{ location: "europe-west1" }, { location: "us-east1" }] } } },
        settings: regions,
      },
    ],
    good: [
      { what: "an allowed region", type: service, props: { location: "europe-west1" }, settings: regions },
      {
        what: "an allowed zone",
        type: "gcp:compute/instance:Instance",
        props: { zone: "europe-west1-b" },
        settings: regions,
      },
      { what: "upper case", type: "gcp:storage/bucket:Bucket", props: { location: "EUROPE-WEST1" }, settings: regions },
      {
        what: "the provider's region",
        type: instance,
        props: { settings: {} },
        provider: { region: "europe-west1" },
        settings: regions,
      },
      { what: "what has no place", type: "gcp:projects/iAMMember:IAMMember", props: { role: "r" }, settings: regions },
      { what: "any region where none is configured", type: service, props: { location: "us-central1" } },
    ],
  },
  "missing-label": {
    bad: [
      { what: "no labels", type: service, props: {}, settings: labels },
      { what: "another label", type: secret, props: { labels: { owner: "jo" } }, settings: labels },
      { what: "an empty label", type: secret, props: { labels: { team: "" } }, settings: labels },
      { what: "a database", type: instance, props: database({ userLabels: {} }), settings: labels },
    ],
    good: [
      { what: "the label", type: secret, props: { labels: { team: "bookings" } }, settings: labels },
      { what: "a database's", type: instance, props: database(), settings: labels },
      {
        what: "the provider's default",
        type: secret,
        props: {},
        provider: { defaultLabels: { team: "bookings" } },
        settings: labels,
      },
      { what: "what has no labels", type: invoker, props: {}, settings: labels },
      { what: "none configured", type: secret, props: {} },
    ],
  },
};
