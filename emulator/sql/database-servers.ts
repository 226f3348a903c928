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
interface ServerStart {
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
  const begin = ({ project, instance, password, settings }: Omit<ServerRecord, "address">): Promise<Cluster> => {
    if (url !== undefined) return Promise.resolve(externalServer(url));
    return startCluster({ stateFolder: store.folder, name: `${project}-${instance}`, password, settings });
  };
  const open = async (record: ServerRecord, cluster: Cluster, rules: LoginRules): Promise<void> => {
    running.set(`${record.project}/${record.instance}`, {
      cluster,
      front: await openInstanceFront(record, cluster, rules),
    });
  };
  return {
    create: async ({ project, instance, settings, range }, rules) => {
      const certificates = await makeCertificates(project, instance);
      const draft = { project, instance, certificates, password: randomBytes(18).toString("base64url"), settings };
      const cluster = await begin(draft);
      try {
        await administer(cluster.adminUrl("postgres"), bootstrap);
        const address = await openSomewhere(range, (free) => open({ ...draft, address: free }, cluster, rules));
        records.put(`${project}/${instance}`, { ...draft, address });
        return { ...draft, address };
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

function openInstanceFront(record: ServerRecord, cluster: Cluster, rules: LoginRules): Promise<Front> {
  const key = `${record.project}/${record.instance}`;
  return openFront({
    host: record.address,
    port,
    certificates: record.certificates,
    upstream: { host: cluster.host, port: cluster.port },
    refuse: (user) => rules.refuse(key, user),
    requiresTls: () => rules.requiresTls(key),
  });
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
