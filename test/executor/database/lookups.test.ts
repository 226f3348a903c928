import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate } from "../../../executor/database/index.ts";
import { purge } from "../../../executor/sweep/purge.ts";
import { waitUntil } from "../wait-until.ts";
import { bookRoom, bundleOf } from "./hotel.ts";
import { roles, startPostgres, type TestServer } from "./start-postgres.ts";

let server: TestServer;
let superuser: pg.Client;
/** Of a planner that reads whole tables only where no index serves. */
let pool: pg.Pool;

beforeAll(async () => {
  server = await startPostgres();
  const database = await server.createDatabase();
  superuser = await database.connect("superuser");
  const client = await database.connect("migrator");
  const deployment = { level: "green", acknowledgements: [] } as const;
  await migrate({ client, bundle: bundleOf([bookRoom]), deployment, executorUser: roles.executor });
  const { host, port } = superuser;
  const options = "-c enable_seqscan=off -c default_transaction_read_only=on";
  pool = new pg.Pool({
    host,
    port,
    user: roles.executor,
    password: "test",
    database: database.name,
    options,
    pipeline: true,
  });
});
afterAll(async () => {
  await server.stop();
});

async function used(): Promise<readonly string[]> {
  const { rows } = await superuser.query<{ name: string }>(
    `SELECT indexrelname AS name FROM pg_stat_user_indexes WHERE schemaname = 'lintel' AND idx_scan > 0`,
  );
  return rows.map(({ name }) => name);
}

test("what a sweep deletes and counts, and effects that are open, are found by indexes", async () => {
  await purge({ pool }, Date.now() + 10_000);
  await pool.query(`SELECT count(*) FROM "lintel"."executions" WHERE "state" = 'parked'`);
  const open = `SELECT 1 FROM "lintel"."effects" WHERE "state" = ANY ($1) ORDER BY "started_at" LIMIT 10`;
  await pool.query(open, [["started", "unknown"]]);
  // Connections tell of what they used when they end, if not before.
  await pool.end();
  const wanted = [
    "idempotency_keys_expires_at_idx",
    "webhook_deliveries_expires_at_idx",
    "executions_expires_at_idx",
    "executions_parked_idx",
    "effects_open_idx",
  ];
  await waitUntil(async () => {
    const names = await used();
    return wanted.every((name) => names.includes(name));
  });
  expect(await used()).toEqual(expect.arrayContaining(wanted));
});
