// The process: `serve` (default) or `migrate`; everything it needs is in the environment.

import { createLogger } from "./log/logger.ts";
import { runMigration } from "./migrate.ts";
import { startServer } from "./server/start.ts";
import { readSettings } from "./settings.ts";

const log = createLogger(process.env["LINTEL_LOG_LEVEL"] ?? "info");
const defaultBundleUrl = new URL("bundle.json", import.meta.url).href;
const [command = "serve"] = process.argv.slice(2);

/** sysexits(3): EX_USAGE and EX_CONFIG. */
const usage = 64;
const unusable = 78;

async function serve(): Promise<void> {
  const server = await startServer({ settings: readSettings(process.env), log, defaultBundleUrl });
  const drain = (): void => {
    server.drain().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ error }, "draining failed");
        process.exit(1);
      },
    );
  };
  process.once("SIGTERM", drain);
  process.once("SIGINT", drain);
}

async function migrate(): Promise<void> {
  const settings = readSettings(process.env);
  const executorUser = process.env["LINTEL_EXECUTOR_USER"];
  const adminUser = process.env["LINTEL_ADMIN_USER"];
  const planDigest = process.env["LINTEL_PLAN_DIGEST"];
  await runMigration({ settings, log, defaultBundleUrl, executorUser, adminUser, planDigest });
}

const commands: Readonly<Record<string, () => Promise<void>>> = { serve, migrate };

try {
  const run = commands[command];
  if (run === undefined) {
    log.fatal(`there is no command ${JSON.stringify(command)}; use serve or migrate`);
    process.exitCode = usage;
  } else {
    await run();
  }
} catch (error) {
  // Errors of the start say what to do; they hold names of settings, never values of secrets.
  log.fatal({ error }, error instanceof Error && !("severity" in error) ? error.message : "the process cannot start");
  process.exit(unusable);
}
