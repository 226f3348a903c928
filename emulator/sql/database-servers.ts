import { randomBytes, randomInt } from "node:crypto";
import type { Store } from "../state/store.ts";
import { type InstanceCertificates, makeCertificates } from "./certificates.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { externalServer } from "./external-server.ts";
import { administer, bootstrap } from "./roles.ts";
import { type Front, openFront } from "./tls-front.ts";

/** What an instance's server keeps beside what its API shows. */
export interface ServerRecord {
  readonly project: string;
  readonly instance: string;
  /** Its private address, within 127.0.0.0/8. */
  readonly address: string;
  readonly certificates: InstanceCertificates;
  readonly password: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** What a new server is told. */
export interface ServerStart {
  readonly project: string;
  readonly instance: string;
  /** Address range to take the private address from: an address of 127.0.0.0/8 and its prefix length. */
  readonly range: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** How logins are judged; read at every connection. */
export interface LoginRules {
  refuse(key: string, user: string): string | undefined;
  requiresTls(key: string): boolean;
}

/** PostgreSQL servers of Cloud SQL instances by `project/instance`. */
export interface DatabaseServers {
  create(start: ServerStart, rules: LoginRules): Promise<ServerRecord>;
  /** Starts those of an earlier emulator again. */
  restart(rules: LoginRules): Promise<void>;
  execute(key: string, statements: readonly string[], database?: string): Promise<void>;
  delete(key: string): Promise<void>;
  stop(): Promise<void>;
}

interface Running {
  readonly cluster: Cluster;
  readonly front: Front;
}

/** Port of PostgreSQL on Cloud SQL's addresses. */
const port = 5432;

/** Opens the servers of a store; `url` names a PostgreSQL server to use in place of one per instance. */
export function openDatabaseServers(store: Store, url: string | undefined): DatabaseServers {
  const records = store.collection<ServerRecord>("sqlServers");
  const running = new Map<string, Running>();
  const begin = async (record: ServerRecord): Promise<Cluster> =>
    url === undefined
      ? startCluster({
          stateFolder: store.folder,
          name: `${record.project}-${record.instance}`,
          password: record.password,
          settings: record.settings,
        })
      : externalServer(url);
  const open = async (record: ServerRecord, cluster: Cluster, rules: LoginRules): Promise<void> => {
    const key = `${record.project}/${record.instance}`;
    const { address, certificates } = record;
    const upstream = { host: cluster.host, port: cluster.port };
    const front = await openFront({
      host: address,
      port,
      certificates,
      upstream,
      refuse: (user) => rules.refuse(key, user),
      requiresTls: () => rules.requiresTls(key),
    });
    running.set(key, { cluster, front });
  };
  return {
    create: async (start, rules) => {
      const { project, instance, settings } = start;
      const certificates = await makeCertificates(project, instance);
      const password = randomBytes(18).toString("base64url");
      const draft = { project, instance, certificates, password, settings };
      const cluster = await begin({ ...draft, address: "" });
      try {
        await administer(cluster.adminUrl("postgres"), bootstrap);
        const attempt = (address: string): Promise<void> => open({ ...draft, address }, cluster, rules);
        const record = { ...draft, address: await openSomewhere(start.range, attempt) };
        records.put(`${project}/${instance}`, record);
        return record;
      } catch (error) {
        await cluster.stop();
        cluster.remove();
        throw error;
      }
    },
    restart: async (rules) => {
      await Promise.all(records.list().map(async ([, record]) => open(record, await begin(record), rules)));
    },
    execute: async (key, statements, database = "postgres") => {
      const server = running.get(key);
      if (server === undefined) throw new Error(`the PostgreSQL server of ${key} is not running`);
      await administer(server.cluster.adminUrl(database), statements);
    },
    delete: async (key) => {
      await stop(running.get(key));
      running.get(key)?.cluster.remove();
      running.delete(key);
      records.delete(key);
    },
    stop: async () => {
      await Promise.all([...running.values()].map(stop));
    },
  };
}

async function stop(server: Running | undefined): Promise<void> {
  await server?.front.close();
  await server?.cluster.stop();
}

/** The address of the range that `attempt` could open: another emulator on this machine may hold the first ones. */
async function openSomewhere(range: string, attempt: (address: string) => Promise<void>): Promise<string> {
  const [first = 127, second = 0, third = 0] = (range.split("/")[0] ?? "").split(".").map(Number);
  for (let tries = 0; ; tries += 1) {
    const address = `${String(first)}.${String(second)}.${String(third)}.${String(randomInt(2, 254))}`;
    try {
      await attempt(address);
      return address;
    } catch (error) {
      if (tries > 20 || (error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    }
  }
}
