import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type InstanceCertificates, makeCertificates } from "../../emulator/sql/certificates.ts";
import { type Front, openFront } from "../../emulator/sql/tls-front.ts";
import { accessTokens } from "../../executor/connection/access-token.ts";
import { acquire } from "../../executor/connection/acquire.ts";
import { impersonatedTokens } from "../../executor/connection/impersonated-token.ts";
import { openPool } from "../../executor/connection/open-pool.ts";
import { readSettings } from "../../executor/index.ts";
import { roles, startPostgres, type TestDatabase, type TestServer } from "./database/start-postgres.ts";

let postgres: TestServer;
let database: TestDatabase;
let certificates: InstanceCertificates;
let front: Front;
let port: number;
let metadata: Server;
let metadataHost: string;
let fetches = 0;
let lifetime = 3600;

beforeAll(async () => {
  postgres = await startPostgres();
  database = await postgres.createDatabase();
  const superuser = await database.connect("superuser");
  await superuser.query(`GRANT CREATE ON DATABASE ${database.name} TO "${roles.executor}"`);
  certificates = await makeCertificates("project", "instance");
  port = await freePort();
  const upstream = { host: "127.0.0.1", port: superuser.port };
  const options = { host: "127.0.0.1", port, certificates, upstream, requiresTls: () => true };
  front = await openFront({ ...options, refuse: () => undefined });
  metadata = createServer((request, response) => {
    if (request.headers["metadata-flavor"] === "Google") fetches += 1;
    response.end(JSON.stringify({ access_token: "test", expires_in: lifetime, token_type: "Bearer" }));
  });
  await new Promise<void>((resolve) => metadata.listen(0, "127.0.0.1", resolve));
  metadataHost = `127.0.0.1:${String((metadata.address() as AddressInfo).port)}`;
});

afterAll(async () => {
  metadata.close();
  await front.close();
  await postgres.stop();
});

async function freePort(): Promise<number> {
  const probe = createTcpServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port: free } = probe.address() as AddressInfo;
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  return free;
}

function open(authority: string, more: Readonly<Record<string, string>> = {}): ReturnType<typeof openPool> {
  const { database: settings } = readSettings({
    LINTEL_DATABASE_HOST: "127.0.0.1",
    LINTEL_DATABASE_PORT: String(port),
    LINTEL_DATABASE_NAME: database.name,
    LINTEL_DATABASE_USER: roles.executor,
    LINTEL_DATABASE_CA: authority,
    GCE_METADATA_HOST: metadataHost,
    ...more,
  });
  return openPool(settings, { size: 2, statementTimeout: 5000, onError: () => undefined });
}

test("the database is reached over TLS of the instance's own authority, with an IAM token as password", async () => {
  const pool = open(certificates.authority);
  try {
    const { rows } = await pool.query<{ user: string }>("SELECT current_user AS user");
    expect(rows).toEqual([{ user: roles.executor }]);
  } finally {
    await pool.end();
  }
});

test("a server of another authority gets neither a password nor a statement", async () => {
  const other = await makeCertificates("project", "instance");
  const pool = open(other.authority);
  const before = fetches;
  await expect(pool.query("SELECT 1")).rejects.toThrow(/certificate/u);
  expect(fetches).toBe(before);
  await pool.end();
});

test("nothing is written outside an explicit READ WRITE transaction", async () => {
  const pool = open(certificates.authority);
  try {
    await expect(pool.query("CREATE SCHEMA loose")).rejects.toMatchObject({ code: "25006" });
    await expect(pool.query("BEGIN READ WRITE; CREATE SCHEMA tight; COMMIT")).resolves.toBeDefined();
  } finally {
    await pool.end();
  }
});

test("a connection that breaks while it is in use fails its query and not the process", async () => {
  const pool = open(certificates.authority);
  const superuser = await database.connect("superuser");
  const hanging = pool.query("SELECT pg_sleep(5)").catch((error: unknown) => error);
  await expect
    .poll(
      async () =>
        (
          await superuser.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ 'pg_sleep' AND pid <> pg_backend_pid()`,
          )
        ).rowCount,
    )
    .toBeGreaterThan(0);
  expect(await hanging).toBeInstanceOf(Error);
  expect((await pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  await pool.end();
});

test("without a token the database counts as away: 503, and the metadata server's words stay inside", async () => {
  const pool = open(certificates.authority, { GCE_METADATA_HOST: "127.0.0.1:9" });
  await expect(acquire(pool)).rejects.toMatchObject({ code: "database-unavailable", headers: { "Retry-After": "5" } });
  await pool.end();
});

test("a token is fetched once for all who wait, kept while it is good, and renewed before it ends", async () => {
  fetches = 0;
  const token = accessTokens(metadataHost);
  expect(await Promise.all([token(), token()])).toEqual(["test", "test"]);
  expect(await token()).toBe("test");
  expect(fetches).toBe(1);
  lifetime = 30;
  const short = accessTokens(metadataHost);
  await short();
  await short();
  expect(fetches).toBe(3);
});

test("the admin API logs in as its own user by tokens of that user's account, which the service's own token asks for", async () => {
  const asked: unknown[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks = (await request.toArray()) as Buffer[];
    asked.push([request.url, request.headers.authorization, JSON.parse(Buffer.concat(chunks).toString())]);
    const refused = request.url?.includes("other") === true;
    response.writeHead(refused ? 403 : 200);
    response.end(JSON.stringify({ accessToken: "test", expireTime: new Date(Date.now() + 3_600_000).toISOString() }));
  };
  const credentials = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => credentials.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${String((credentials.address() as AddressInfo).port)}`;
  const settings = readSettings({
    LINTEL_DATABASE_HOST: "127.0.0.1",
    LINTEL_DATABASE_PORT: String(port),
    LINTEL_DATABASE_NAME: database.name,
    LINTEL_DATABASE_USER: roles.executor,
    LINTEL_DATABASE_CA: certificates.authority,
    LINTEL_ADMIN_ROLE: "auditor",
    LINTEL_ADMIN_DATABASE_USER: roles.admin,
    LINTEL_IAM_CREDENTIALS_URL: url,
    GCE_METADATA_HOST: metadataHost,
  });
  if (settings.admin === undefined) throw new Error("the admin API is off");
  const pool = openPool(settings.admin.database, { size: 2, statementTimeout: 5000, onError: () => undefined });
  const { rows } = await pool.query<{ user: string }>("SELECT current_user AS user");
  await pool.end();
  expect(rows).toEqual([{ user: roles.admin }]);
  const path = `/v1/projects/-/serviceAccounts/${roles.admin}.gserviceaccount.com:generateAccessToken`;
  const scope = ["https://www.googleapis.com/auth/sqlservice.login"];
  expect(asked).toEqual([[path, "Bearer test", { scope }]]);
  const others = impersonatedTokens(() => Promise.resolve("test"), { account: "other", url });
  await expect(others()).rejects.toThrow("IAM Credentials answered 403 for other");
  credentials.close();
});

test("an admin user that no token can be had for is refused with its remedy", () => {
  const server = {
    LINTEL_DATABASE_HOST: "127.0.0.1",
    LINTEL_DATABASE_NAME: "x",
    LINTEL_DATABASE_USER: "executor@project.iam",
    LINTEL_DATABASE_CA: certificates.authority,
    LINTEL_ADMIN_ROLE: "auditor",
  };
  const withUser = (user: string, more = {}): unknown =>
    readSettings({ ...server, LINTEL_ADMIN_DATABASE_USER: user, ...more }).admin;
  expect(() => withUser("auditor")).toThrow("set LINTEL_ADMIN_DATABASE_PASSWORD");
  expect(() => withUser("executor@project.iam")).toThrow("may not use the executor's database user");
  expect(withUser("auditor", { LINTEL_ADMIN_DATABASE_PASSWORD: "p" })).toMatchObject({ database: { password: "p" } });
  const password = { LINTEL_DATABASE_AUTH: "password", LINTEL_DATABASE_PASSWORD: "p" };
  expect(() => withUser("admin@project.iam", password)).toThrow("LINTEL_ADMIN_DATABASE_PASSWORD is missing");
});

test("a setting that is missing is named, and where it is not deployed, the way out", () => {
  const name = { LINTEL_DATABASE_HOST: "127.0.0.1", LINTEL_DATABASE_NAME: "x" };
  expect(() => readSettings(name)).toThrow("LINTEL_DATABASE_USER is missing; set it, or set LINTEL_DATABASE_URL");
  expect(() => readSettings({ LINTEL_DATABASE_URL: "postgresql://x@127.0.0.1/x", PORT: "http" })).toThrow("PORT is");
});
