// Any specs, served by the real executor on a real PostgreSQL.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Bundle, canonicalJson } from "@lintel/specs";
import type pg from "pg";
import { createLogger, readSettings, runMigration, startServer } from "../../../executor/index.ts";
import { compileBundle } from "../../compile-bundle.ts";
import { roles, startPostgres } from "../database/start-postgres.ts";
import { type Issuer, startIssuer } from "../issuer.ts";
import { type CallOptions, type Reply, request } from "../start-bookings.ts";

export interface RunningWorkspace {
  readonly url: string;
  readonly bundle: Bundle;
  readonly issuer: Issuer;
  readonly superuser: pg.Client;
  readonly environment: Readonly<Record<string, string>>;
  /** Lines of the log, at every level. */
  readonly logs: readonly string[];
  call(method: string, path: string, options?: CallOptions): Promise<Reply>;
  stop(): Promise<void>;
}

export interface WorkspaceOptions {
  /** Text of spec files by path; `ISSUER` stands for the issuer's address. */
  readonly files: Readonly<Record<string, string>>;
  readonly audience: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly postgres?: readonly string[];
}

export async function startWorkspace(options: WorkspaceOptions): Promise<RunningWorkspace> {
  const [postgres, issuer] = await Promise.all([startPostgres(options.postgres), startIssuer(options.audience)]);
  const bundle = compile(options.files, issuer.url);
  const database = await postgres.createDatabase();
  const superuser = await database.connect("superuser");
  await superuser.query("CREATE EXTENSION IF NOT EXISTS btree_gist");
  const folder = await mkdtemp(join(tmpdir(), "lintel-security-"));
  await writeFile(join(folder, "bundle.json"), canonicalJson(bundle));
  const defaultBundleUrl = pathToFileURL(join(folder, "bundle.json")).href;
  const urlOf = (user: string): string =>
    `postgresql://${encodeURIComponent(user)}:test@127.0.0.1:${String(superuser.port)}/${database.name}`;
  const environment = {
    PORT: "0",
    LINTEL_DATABASE_URL: urlOf(roles.executor),
    LINTEL_BUNDLE: defaultBundleUrl,
    ...options.settings,
  };
  const logs: string[] = [];
  const log = createLogger("trace", { write: (line: string) => void logs.push(line) });
  await runMigration({
    settings: readSettings({ ...environment, LINTEL_DATABASE_URL: urlOf(roles.migrator) }),
    log,
    defaultBundleUrl,
    executorUser: roles.executor,
    adminUser: roles.admin,
  });
  const server = await startServer({ settings: readSettings(environment), log, defaultBundleUrl, host: "127.0.0.1" });
  const url = `http://127.0.0.1:${String(server.port)}`;
  return {
    url,
    bundle,
    issuer,
    superuser,
    environment,
    logs,
    call: (method, path, callOptions) => request(`${url}${path}`, method, callOptions),
    stop: async () => {
      await server.drain();
      await Promise.all([postgres.stop(), issuer.stop(), rm(folder, { recursive: true, force: true })]);
    },
  };
}

function compile(files: Readonly<Record<string, string>>, issuer: string): Bundle {
  return compileBundle(Object.entries(files).map(([path, text]) => [path, text.replaceAll("ISSUER", issuer)]));
}
