import pg from "pg";
import type { Logger } from "pino";
import { judgeBundle } from "./boot/judge-bundle.ts";
import { loadBundle } from "./boot/load-bundle.ts";
import { connectionOptions } from "./connection/open-pool.ts";
import { type MigrationReport, migrate } from "./database/index.ts";
import { readDeployment } from "./deployment.ts";
import { type Settings, SettingsError } from "./settings.ts";

export interface MigrateCommand {
  readonly settings: Settings;
  readonly log: Logger;
  readonly defaultBundleUrl: string;
  /** PostgreSQL roles that are granted what they need. */
  readonly executorUser: string | undefined;
  readonly adminUser: string | undefined;
  /** Digest of the migration plan that was reviewed; another one is refused. */
  readonly planDigest?: string | undefined;
}

/** The `migrate` command: makes the database serve the bundle. @throws MigrationError, SettingsError, BundleError */
export async function runMigration(command: MigrateCommand): Promise<MigrationReport> {
  const { settings, log, executorUser, adminUser } = command;
  if (executorUser === undefined)
    throw new SettingsError("LINTEL_EXECUTOR_USER is missing; name the executor's database role");
  const bundle = await loadBundle(settings.bundleUrl ?? command.defaultBundleUrl, settings.bundleDigest);
  await judgeBundle(bundle);
  const deployment = readDeployment(settings.deployment) ?? { level: "green", acknowledgements: [] };
  const client = new pg.Client({ ...connectionOptions(settings.database), application_name: "lintel-migrate" });
  client.on("error", (error) => log.warn({ error }, "the database connection broke"));
  await client.connect();
  try {
    const report = await migrate({
      client,
      bundle,
      deployment,
      executorUser,
      adminUser,
      planDigest: command.planDigest,
    });
    for (const message of report.waiting) log.warn(message);
    log.info({ digest: report.digest, previous: report.previous, statements: report.statements.length }, "migrated");
    return report;
  } finally {
    await client.end();
  }
}
