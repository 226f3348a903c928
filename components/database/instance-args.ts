import type * as gcp from "@pulumi/gcp";
import type { DatabaseArgs } from "./database-args.ts";

/** A Cloud SQL instance for PostgreSQL that is reached by a private address, over TLS, by IAM identities. */
export function instanceArgs(args: DatabaseArgs): gcp.sql.DatabaseInstanceArgs {
  const deletionProtection = args.deletionProtection ?? true;
  return {
    project: args.project,
    region: args.region,
    databaseVersion: args.version ?? "POSTGRES_17",
    // Cloud SQL has two protections: this one stops Pulumi, the one in the settings stops everybody.
    deletionProtection,
    ...(args.kmsKey === undefined ? {} : { encryptionKeyName: args.kmsKey }),
    settings: {
      edition: "ENTERPRISE",
      tier: args.tier ?? "db-custom-1-3840",
      availabilityType: args.highAvailability === true ? "REGIONAL" : "ZONAL",
      deletionProtectionEnabled: deletionProtection,
      diskSize: args.diskSize ?? 10,
      diskAutoresize: true,
      diskType: "PD_SSD",
      userLabels: { ...args.labels },
      ipConfiguration: { ipv4Enabled: false, privateNetwork: args.networkId, sslMode: "ENCRYPTED_ONLY" },
      backupConfiguration: {
        enabled: true,
        pointInTimeRecoveryEnabled: true,
        startTime: args.backupTime ?? "03:00",
        transactionLogRetentionDays: args.pointInTimeRecoveryDays ?? 7,
        backupRetentionSettings: { retainedBackups: args.retainedBackups ?? 7, retentionUnit: "COUNT" },
      },
      databaseFlags: databaseFlags(args.flags ?? {}),
    },
  };
}

function databaseFlags(flags: Readonly<Record<string, string>>): { name: string; value: string }[] {
  const all = { ...flags, "cloudsql.iam_authentication": "on" };
  return Object.entries(all).map(([name, value]) => ({ name, value }));
}
