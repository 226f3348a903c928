// The process: `serve` (default), `migrate`, or `snapshot FILE` when an image is built; everything else is in the environment.
// Decision: docs/decisions/0018-the-image-starts-from-a-snapshot.md
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { startupSnapshot } from "node:v8";
import type { Logger } from "pino";
import { forgetDrawn } from "./boot/forget-drawn.ts";
import { type PreparedBundle, prepareBundle } from "./boot/prepared-bundle.ts";
import { snapshotVariable, takeSnapshot } from "./boot/take-snapshot.ts";
import { endWithALine } from "./log/end-with-a-line.ts";
import { createLogger } from "./log/logger.ts";
import { runMigration } from "./migrate.ts";
import { startServer } from "./server/start.ts";
import { readSettings } from "./settings.ts";

/** sysexits(3): EX_USAGE and EX_CONFIG. */
const usage = 64;
const unusable = 78;

/** What a command is given: a snapshot has been loaded long before the process starts that it becomes. */
interface Process {
  readonly log: Logger;
  readonly program: string;
  readonly defaultBundleUrl: string;
  readonly prepared: PreparedBundle | undefined;
  readonly args: readonly string[];
}

async function serve({ log, defaultBundleUrl, prepared }: Process): Promise<void> {
  const server = await startServer({ settings: readSettings(process.env), log, defaultBundleUrl, prepared });
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

async function migrate({ log, defaultBundleUrl }: Process): Promise<void> {
  const settings = readSettings(process.env);
  const executorUser = process.env["LINTEL_EXECUTOR_USER"];
  const adminUser = process.env["LINTEL_ADMIN_USER"];
  const planDigest = process.env["LINTEL_PLAN_DIGEST"];
  await runMigration({ settings, log, defaultBundleUrl, executorUser, adminUser, planDigest });
}

async function snapshot({ log, program, args }: Process): Promise<void> {
  await takeSnapshot(program, resolve(args[0] ?? "lintel.blob"), log);
}

const commands: Readonly<Record<string, (process: Process) => Promise<void>>> = { serve, migrate, snapshot };

async function runCommand(prepared: PreparedBundle | undefined): Promise<void> {
  const log = createLogger(process.env["LINTEL_LOG_LEVEL"] ?? "info");
  endWithALine(log);
  const program = resolve(process.argv[1] ?? "main.mjs");
  const [command = "serve", ...args] = process.argv.slice(2);
  const run = commands[command];
  if (run === undefined) {
    log.fatal(`there is no command ${JSON.stringify(command)}; use serve or migrate`);
    process.exitCode = usage;
    return;
  }
  try {
    await run({ log, program, defaultBundleUrl: beside(program), prepared, args });
  } catch (error) {
    // Errors of the start say what to do; they hold names of settings, never values of secrets.
    log.fatal({ error }, error instanceof Error && !("severity" in error) ? error.message : "the process cannot start");
    process.exit(unusable);
  }
}

function beside(program: string): string {
  return new URL("bundle.json", pathToFileURL(program)).href;
}

/** Runs while the snapshot is taken: what is reachable afterwards is in it. */
async function prepare(): Promise<void> {
  const isOfBundle = process.env[snapshotVariable] !== "program";
  const prepared = isOfBundle ? await prepareBundle(pathToFileURL(resolve("bundle.json")).href) : undefined;
  startupSnapshot.setDeserializeMainFunction(() => {
    forgetDrawn();
    void runCommand(prepared);
  });
}

const run = startupSnapshot.isBuildingSnapshot() ? prepare() : runCommand(undefined);
run.catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(unusable);
});
