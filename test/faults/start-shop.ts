import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { canonicalJson } from "@lintel/specs";
import { createLogger, readSettings, runMigration } from "../../executor/index.ts";
import { type Issuer, startIssuer } from "../executor/issuer.ts";
import { type MailServer, startMailServer } from "../executor/stand-ins/mail-server.ts";
import { type StripeStandIn, startStripe } from "../executor/stand-ins/stripe.ts";
import { type ExecutorProcess, startProcess } from "../executor/start-process.ts";
import { buildCrashProgram } from "./crash-program.ts";
import { type FaultyPostgres, roles, startFaultyPostgres } from "./postgres.ts";
import { audience, compileShop } from "./shop.ts";
import { startWarehouse, type Warehouse } from "./warehouse.ts";

/** A migrated shop and all whom it calls; executors are started by the tests, and die by them. */
export interface Shop {
  readonly postgres: FaultyPostgres;
  readonly issuer: Issuer;
  readonly stripe: StripeStandIn;
  readonly warehouse: Warehouse;
  readonly mail: MailServer;
  /** What an executor's process is given. */
  readonly environment: Readonly<Record<string, string>>;
  agent(): Promise<string>;
  /** As the scheduler calls the sweeper. */
  scheduler(): Promise<string>;
  /** An executor; it kills itself where `more` says so. */
  start(more?: Readonly<Record<string, string>>): Promise<ExecutorProcess>;
  stop(): Promise<void>;
}

interface ShopOptions {
  readonly executionTime?: string;
  /** Settings of the server, such as `max_connections=30`. */
  readonly postgresFlags?: readonly string[];
  /** An empty folder that holds the database, but not the server's log. */
  readonly tablespace?: string;
}

const stripeSecret = "sk_test_faults";
const scheduleAudience = "https://schedules.test";
const schedulerEmail = "scheduler@project.iam.gserviceaccount.com";

export async function startShop({ executionTime, postgresFlags, tablespace }: ShopOptions = {}): Promise<Shop> {
  const [postgres, issuer, stripe, warehouse, mail] = await Promise.all([
    startFaultyPostgres(postgresFlags, tablespace),
    startIssuer(audience),
    startStripe(stripeSecret),
    startWarehouse(),
    startMailServer(),
  ]);
  const addresses = { issuer: issuer.url, stripe: stripe.url, warehouse: warehouse.url, mail: mail.port };
  const bundle = compileShop(addresses, executionTime);
  const folder = await mkdtemp(join(tmpdir(), "lintel-shop-"));
  await writeFile(join(folder, "bundle.json"), canonicalJson(bundle));
  const environment = {
    PORT: "0",
    LINTEL_DATABASE_URL: postgres.url("executor"),
    LINTEL_BUNDLE: pathToFileURL(join(folder, "bundle.json")).href,
    LINTEL_BUNDLE_DIGEST: bundle.digest,
    LINTEL_GOOGLE_ISSUER: issuer.url,
    LINTEL_AUDIENCE: scheduleAudience,
    LINTEL_SCHEDULER_EMAIL: schedulerEmail,
    LINTEL_SECRET_STRIPE_KEY: stripeSecret,
    LINTEL_SECRET_WAREHOUSE_KEY: "warehouse-secret",
    LINTEL_SECRET_MAIL_LOGIN: "shop:mail-secret",
    LINTEL_TRACE_KEY: Buffer.alloc(32, 7).toString("base64"),
  };
  await runMigration({
    settings: readSettings({ ...environment, LINTEL_DATABASE_URL: postgres.url("migrator") }),
    log: createLogger("silent"),
    defaultBundleUrl: "",
    executorUser: roles.executor,
    adminUser: roles.admin,
  });
  const program = await buildCrashProgram(folder);
  return {
    postgres,
    issuer,
    stripe,
    warehouse,
    mail,
    environment,
    agent: () => issuer.token({ sub: "agent-1", roles: ["agent"], exp: Math.floor(Date.now() / 1000) + 86_400 }),
    scheduler: () => issuer.token({ aud: scheduleAudience, email: schedulerEmail, email_verified: true }),
    start: (more) => startProcess(program, { ...environment, ...more }),
    stop: async () => {
      await postgres.stop();
      await Promise.all([issuer.stop(), stripe.stop(), warehouse.stop(), mail.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
