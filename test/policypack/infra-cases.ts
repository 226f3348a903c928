// What each cloud rule must report and what it must leave alone: inputs as @pulumi/gcp passes them on.
import { databaseCases } from "./database-cases.ts";
import { type Cases, invoker, job, oldService, type Props, schedule, service } from "./infra-case.ts";
import { placeCases } from "./place-cases.ts";

const digest = `registry.example.com/app@sha256:${"a".repeat(64)}`;
const account = "app@acme.iam.gserviceaccount.com";

const running = (container: Props, more: Props = {}): Props => ({
  template: { serviceAccount: account, containers: [{ image: digest, ...container }], ...more },
});
const env = (name: string, value: string): Props => running({ envs: [{ name, value }] });

const calling = (oidcToken: Props | undefined, uri = "https://notes.example.com/run"): Props => ({
  httpTarget: { uri, ...(oidcToken === undefined ? {} : { oidcToken }) },
});
const token = { serviceAccountEmail: account, audience: "https://notes.example.com" };

/** By rule id; the stack has seen the executor `open` of a workspace with client tools, and `closed` with schedules only. */
export const cases: Cases = {
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
  ...databaseCases,
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
  ...placeCases,
};
