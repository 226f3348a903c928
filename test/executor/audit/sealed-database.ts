import { randomUUID } from "node:crypto";
import pg from "pg";
import { migrate } from "../../../executor/database/index.ts";
import { bookRoom, bundleOf } from "../database/hotel.ts";
import { roles, type TestDatabase, type TestServer } from "../database/start-postgres.ts";

/** A migrated database with its three identities and a pool as the executor has it. */
export interface SealedDatabase {
  readonly pool: pg.Pool;
  readonly superuser: pg.Client;
  readonly owner: pg.Client;
  readonly executor: pg.Client;
  readonly admin: pg.Client;
  readonly database: TestDatabase;
  readonly adminUrl: string;
  /** Lines of seals, as they are logged. */
  readonly digest: string;
  /** Records of so many executions, by the executor. */
  record(count: number): Promise<void>;
  /** As somebody who may do anything, with triggers off. */
  tamper(text: string): Promise<void>;
}

const insert = `INSERT INTO lintel.audit_log (kind, execution_id, tool, outcome, status, caller_subject, caller_roles, segment, changes, details, bundle_digest, started_at, duration_ms)`;

/** SQL that records one execution; `$1` is its id and `$2` the bundle's digest. */
export const recordOne =
  `${insert} VALUES ('execution', $1, 'book-room', 'succeeded', 200, 'carla', '{customer}', 'flow', ` +
  `'[{"entity": "Reservation"}]', '{"trigger": "http"}', $2, now(), 1.5)`;

export async function sealedDatabase(server: TestServer): Promise<SealedDatabase> {
  const database = await server.createDatabase();
  const bundle = bundleOf([bookRoom]);
  const owner = await database.connect("migrator");
  await migrate({
    client: owner,
    bundle,
    deployment: { level: "green", acknowledgements: [] },
    executorUser: roles.executor,
    adminUser: roles.admin,
  });
  const [superuser, executor, admin] = await Promise.all([
    database.connect("superuser"),
    database.connect("executor"),
    database.connect("admin"),
  ]);
  const { host, port } = superuser;
  const urlOf = (user: string): string =>
    `postgresql://${encodeURIComponent(user)}:test@${host}:${String(port)}/${database.name}`;
  const pool = new pg.Pool({ connectionString: urlOf(roles.executor), options: "-c default_transaction_read_only=on" });
  pool.on("error", () => undefined);
  return {
    pool,
    superuser,
    owner,
    executor,
    admin,
    database,
    adminUrl: urlOf(roles.admin),
    digest: bundle.digest,
    record: async (count) => {
      for (let index = 0; index < count; index += 1) await executor.query(recordOne, [randomUUID(), bundle.digest]);
    },
    tamper: async (text) => {
      await superuser.query("ALTER TABLE lintel.audit_log DISABLE TRIGGER append_only");
      await superuser.query("ALTER TABLE lintel.audit_seals DISABLE TRIGGER append_only");
      await superuser.query(text);
      await superuser.query("ALTER TABLE lintel.audit_log ENABLE ALWAYS TRIGGER append_only");
      await superuser.query("ALTER TABLE lintel.audit_seals ENABLE ALWAYS TRIGGER append_only");
    },
  };
}
