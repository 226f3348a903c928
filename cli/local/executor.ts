import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createLogger, readSettings, runMigration, secretVariable, startServer } from "@lintel/executor";
import { type Bundle, canonicalJson } from "@lintel/specs";
import pg from "pg";
import type { LocalIssuer } from "./issuer.ts";
import type { LocalPostgres } from "./postgres.ts";

/** The executor in this process, on loopback. */
export interface LocalExecutor {
  readonly url: string;
  drain(): Promise<void>;
}

export interface ExecutorOptions {
  readonly bundle: Bundle;
  readonly postgres: LocalPostgres;
  /** Name of its database. */
  readonly database: string;
  readonly issuer: LocalIssuer;
  /** Values of secrets by name. */
  readonly secret: (name: string) => string;
  /** Told each line of its log. */
  readonly onLog: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

/** Whom local schedules are called by, and for what audience. */
export const localScheduler = {
  audience: "https://schedules.local",
  email: "scheduler@local.iam.gserviceaccount.com",
} as const;

/** Makes a database serve the bundle, by the real migration. @throws MigrationError, SettingsError, BundleError */
export async function migrateDatabase(options: Omit<ExecutorOptions, "issuer" | "secret" | "clock">): Promise<void> {
  const { bundle, postgres, database, onLog } = options;
  await withBundle(bundle, async (defaultBundleUrl) => {
    const owner = new pg.Client({ connectionString: postgres.url(database) });
    await owner.connect();
    // Its creation needs more rights than the migrator has; Cloud SQL's migrator has them.
    await owner.query("CREATE EXTENSION IF NOT EXISTS btree_gist").finally(() => owner.end());
    await runMigration({
      settings: readSettings({ LINTEL_DATABASE_URL: postgres.url(database, "migrator") }),
      log: createLogger("info", { write: onLog }),
      defaultBundleUrl,
      executorUser: postgres.roles.executor,
      adminUser: postgres.roles.admin,
    });
  });
}

/** Starts the executor on a database that serves the bundle. @throws SettingsError, BundleError, RedBundleError */
export async function startExecutor(options: ExecutorOptions): Promise<LocalExecutor> {
  const { bundle, postgres, database, issuer, onLog, secret, clock } = options;
  const secrets = bundle.workspace.secrets.map((name) => [secretVariable(name), secret(name)] as const);
  const settings = readSettings({
    PORT: "0",
    LINTEL_DATABASE_URL: postgres.url(database, "executor"),
    LINTEL_GOOGLE_ISSUER: issuer.url,
    LINTEL_AUDIENCE: localScheduler.audience,
    LINTEL_SCHEDULER_EMAIL: localScheduler.email,
    ...Object.fromEntries(secrets),
  });
  const log = createLogger("info", { write: onLog });
  return withBundle(bundle, async (defaultBundleUrl) => {
    const options = { settings, log, defaultBundleUrl, host: "127.0.0.1" };
    const server = await startServer(clock === undefined ? options : { ...options, clock });
    return { url: `http://127.0.0.1:${String(server.port)}`, drain: () => server.drain() };
  });
}

/** The executor reads its bundle from a URL, as it does where it is deployed. */
async function withBundle<T>(bundle: Bundle, work: (url: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "lintel-bundle-"));
  try {
    const file = join(folder, "bundle.json");
    await writeFile(file, canonicalJson(bundle));
    return await work(pathToFileURL(file).href);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
