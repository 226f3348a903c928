// Cloud SQL as @pulumi/gcp passes it on: what each rule about databases must report and what it must leave alone.
import { type Cases, instance, type Props, user } from "./infra-case.ts";

const settings = {
  deletionProtectionEnabled: true,
  databaseFlags: [{ name: "cloudsql.iam_authentication", value: "on" }],
  backupConfiguration: { enabled: true, pointInTimeRecoveryEnabled: true },
  ipConfiguration: { ipv4Enabled: false, privateNetwork: "projects/p/global/networks/n", sslMode: "ENCRYPTED_ONLY" },
  userLabels: { team: "bookings" },
};
export const database = (change: Props = {}, more: Props = {}): Props => ({
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

export const databaseCases: Cases = {
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
};
