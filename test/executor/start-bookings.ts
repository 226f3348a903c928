import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Bundle, canonicalJson, openApiOf } from "@lintel/specs";
import type pg from "pg";
import { createLogger, readSettings, runMigration, startServer } from "../../executor/index.ts";
import { departuresFrom, operationAt } from "../specs/openapi/conforms.ts";
import { audience, type BookingsOptions, compileBookings } from "./bookings.ts";
import { roles, startPostgres, type TestDatabase, type TestServer } from "./database/start-postgres.ts";
import { type Issuer, startIssuer } from "./issuer.ts";

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A migrated database, an issuer and the executor on loopback. */
export interface Bookings {
  readonly url: string;
  readonly bundle: Bundle;
  readonly issuer: Issuer;
  readonly database: TestDatabase;
  readonly superuser: pg.Client;
  /** What the executor's process would be given. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logs: readonly string[];
  agent(): Promise<string>;
  customer(subject: string): Promise<string>;
  /** Rejects where the answer of a tool is not one that the OpenAPI document tells of. */
  call(method: string, path: string, options?: CallOptions): Promise<Reply>;
  /** Records of executions, oldest first. */
  executions(): Promise<readonly Readonly<Record<string, unknown>>[]>;
  count(table: string): Promise<number>;
  drain(): Promise<void>;
  stop(): Promise<void>;
}

export interface CallOptions {
  readonly token?: string;
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

interface StartOptions extends Omit<BookingsOptions, "issuer"> {
  /** Further settings of the executor's process, such as secrets. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Flags of postgres(1). */
  readonly postgres?: readonly string[];
}

export async function startBookings(options: StartOptions = {}): Promise<Bookings> {
  const [postgres, issuer] = await Promise.all([startPostgres(options.postgres), startIssuer(audience)]);
  const database = await postgres.createDatabase();
  const superuser = await database.connect("superuser");
  await superuser.query("CREATE EXTENSION IF NOT EXISTS btree_gist");
  const bundle = compileBookings({ ...options, issuer: issuer.url });
  const folder = await mkdtemp(join(tmpdir(), "lintel-executor-"));
  await writeFile(join(folder, "bundle.json"), canonicalJson(bundle));
  const environment = { ...environmentOf(superuser, database, issuer, folder, bundle), ...options.settings };
  const logs: string[] = [];
  const log = createLogger("info", { write: (line: string) => void logs.push(line) });
  const defaultBundleUrl = pathToFileURL(join(folder, "bundle.json")).href;
  const migrator = { ...environment, LINTEL_DATABASE_URL: urlOf(superuser, database, roles.migrator) };
  await runMigration({
    settings: readSettings(migrator),
    log,
    defaultBundleUrl,
    executorUser: roles.executor,
    adminUser: roles.admin,
  });
  const server = await startServer({ settings: readSettings(environment), log, defaultBundleUrl, host: "127.0.0.1" });
  const url = `http://127.0.0.1:${String(server.port)}`;
  let isDrained = false;
  const drain = async (): Promise<void> => {
    if (isDrained) return;
    isDrained = true;
    await server.drain();
  };
  return {
    url,
    bundle,
    issuer,
    database,
    superuser,
    environment,
    logs,
    agent: () => issuer.token({ sub: "agent-1", roles: ["agent"] }),
    customer: (subject) => issuer.token({ sub: subject, roles: ["customer"] }),
    call: conforming(bundle, (method, path, callOptions) => request(`${url}${path}`, method, callOptions)),
    executions: async () =>
      (await superuser.query(`SELECT * FROM lintel.audit_log WHERE kind = 'execution' ORDER BY id`)).rows as [],
    count: async (table) => {
      const { rows } = await superuser.query<{ count: string }>(`SELECT count(*) FROM ${table}`);
      return Number(rows[0]?.count);
    },
    drain,
    stop: () => stopAll(drain, postgres, issuer, folder),
  };
}

type MakeCall = (method: string, path: string, options?: CallOptions) => Promise<Reply>;

function conforming(bundle: Bundle, call: MakeCall): MakeCall {
  const document = openApiOf(bundle);
  const departures = departuresFrom(document);
  return async (method, path, options) => {
    const reply = await call(method, path, options);
    const operation = operationAt(document, method, path);
    const untold = operation === undefined ? [] : departures(operation, reply);
    if (untold.length > 0) throw new Error(`the OpenAPI document does not tell of this answer: ${untold.join("; ")}`);
    return reply;
  };
}

export async function request(url: string, method: string, options: CallOptions = {}): Promise<Reply> {
  const body = options.raw ?? (options.body === undefined ? null : JSON.stringify(options.body));
  const response = await fetch(url, {
    method,
    headers: {
      ...(options.token === undefined ? {} : { Authorization: `Bearer ${options.token}` }),
      ...(body === null ? {} : { "Content-Type": "application/json" }),
      ...options.headers,
    },
    body: body as never,
  });
  const text = await response.text();
  const answer = (text === "" ? {} : JSON.parse(text)) as Reply["body"];
  return { status: response.status, headers: response.headers, body: answer };
}

function environmentOf(
  superuser: pg.Client,
  database: TestDatabase,
  issuer: Issuer,
  folder: string,
  bundle: Bundle,
): Readonly<Record<string, string>> {
  return {
    PORT: "0",
    LINTEL_DATABASE_URL: urlOf(superuser, database, roles.executor),
    LINTEL_BUNDLE: pathToFileURL(join(folder, "bundle.json")).href,
    LINTEL_BUNDLE_DIGEST: bundle.digest,
    LINTEL_GOOGLE_ISSUER: issuer.url,
    LINTEL_AUDIENCE: "https://schedules.test",
    LINTEL_SCHEDULER_EMAIL: "scheduler@project.iam.gserviceaccount.com",
    LINTEL_SECRET_HOUSEKEEPING_API_KEY: "housekeeping-secret",
    LINTEL_SECRET_PAYMENTS_WEBHOOK_KEY: "webhook-secret",
  };
}

function urlOf({ host, port }: pg.Client, { name }: TestDatabase, user: string): string {
  return `postgresql://${encodeURIComponent(user)}:test@${host}:${String(port)}/${name}`;
}

async function stopAll(
  drain: () => Promise<void>,
  postgres: TestServer,
  issuer: Issuer,
  folder: string,
): Promise<void> {
  await drain();
  await Promise.all([postgres.stop(), issuer.stop(), rm(folder, { recursive: true, force: true })]);
}
