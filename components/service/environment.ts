import {
  type Acknowledgement,
  canonicalJson,
  type Digest,
  type MigrationAcknowledgement,
  type RiskLevel,
} from "@lintel/specs";
import type { Input } from "@pulumi/pulumi";
import { Database } from "../database/database.ts";
import type { SecretReference } from "../secrets/secrets.ts";
import type { ServiceAccount } from "../service-accounts.ts";
import type { AdminOptions, ExecutorServiceArgs } from "./executor-service-args.ts";

/** An environment variable of a Cloud Run container, of a service and a job alike. */
export interface Variable {
  readonly name: string;
  readonly value?: Input<string>;
  readonly valueSource?: { readonly secretKeyRef: { readonly secret: Input<string>; readonly version: Input<string> } };
}

/** Which bundle the container must find, and as whom it reaches which database. */
export function databaseEnvironment(digest: Digest, database: Database, account: ServiceAccount): readonly Variable[] {
  return [
    { name: "LINTEL_BUNDLE_DIGEST", value: digest },
    { name: "LINTEL_DATABASE_HOST", value: database.host },
    { name: "LINTEL_DATABASE_PORT", value: String(database.port) },
    { name: "LINTEL_DATABASE_NAME", value: database.databaseName },
    { name: "LINTEL_DATABASE_USER", value: Database.userName(account) },
    { name: "LINTEL_DATABASE_AUTH", value: "iam" },
    { name: "LINTEL_DATABASE_CA", value: database.caCertificate },
  ];
}

/** What was accepted with the deployment: the migration writes it to the audit log, the executor warns before it expires. */
export interface Deployment {
  readonly level: RiskLevel;
  readonly acknowledgements: readonly Acknowledgement[];
  /** Accepted effects of migrations; only the migration reads them. */
  readonly migrations?: readonly MigrationAcknowledgement[] | undefined;
  readonly by?: string | undefined;
}

/** `LINTEL_DEPLOYMENT`, canonical, so that equal deployments are equal texts. */
export function deploymentVariable({
  level,
  acknowledgements,
  migrations,
  by,
}: Deployment): Variable & { readonly value: string } {
  return { name: "LINTEL_DEPLOYMENT", value: canonicalJson({ level, acknowledgements, migrations, by }) };
}

/** `LINTEL_SECRET_STRIPE_KEY` for `stripe-key`, by reference: the value never passes Pulumi or the service's definition. */
export function secretEnvironment(references: Readonly<Record<string, SecretReference>>): readonly Variable[] {
  return Object.entries(references).map(([name, { secret, version }]) => ({
    name: `LINTEL_SECRET_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`,
    valueSource: { secretKeyRef: { secret, version } },
  }));
}

/** What of executions and of the audit log is kept, and under which keys: those by reference, as every secret. */
export function recordEnvironment({
  traceKey,
  auditKey,
  trace,
  traceRetention,
}: Pick<ExecutorServiceArgs, "traceKey" | "auditKey" | "trace" | "traceRetention">): readonly Variable[] {
  return [
    ...(traceKey === undefined ? [] : [{ name: "LINTEL_TRACE_KEY", valueSource: { secretKeyRef: traceKey } }]),
    ...(auditKey === undefined ? [] : [{ name: "LINTEL_AUDIT_KEY", valueSource: { secretKeyRef: auditKey } }]),
    ...(trace === undefined ? [] : [{ name: "LINTEL_TRACE", value: trace }]),
    ...(traceRetention === undefined ? [] : [{ name: "LINTEL_TRACE_RETENTION", value: traceRetention }]),
  ];
}

/** The role that may use the admin API, and its own database user: the executor logs in as that by tokens of its account. */
export function adminEnvironment(admin: AdminOptions | undefined, account: ServiceAccount): readonly Variable[] {
  if (admin === undefined) return [];
  return [
    { name: "LINTEL_ADMIN_ROLE", value: admin.role },
    { name: "LINTEL_ADMIN_DATABASE_USER", value: Database.userName(account) },
  ];
}
