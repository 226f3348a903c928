import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addImage, type Body, createAccount, type Google, location, project, startGoogle } from "./google-client.ts";

const instances = `sqladmin/sql/v1beta4/projects/${project}/instances`;

describe("Cloud SQL is a PostgreSQL server", () => {
  let google: Google;
  let host: string;
  let authority: string;
  let account: string;
  const settings = {
    tier: "db-f1-micro",
    databaseFlags: [{ name: "cloudsql.iam_authentication", value: "on" }],
    ipConfiguration: { ipv4Enabled: true, sslMode: "ENCRYPTED_ONLY" },
  };

  beforeAll(async () => {
    google = await startGoogle();
    await google.enable("sqladmin", "iam", "run");
    account = await createAccount(google, "executor-run");
    const body = { name: "db", databaseVersion: "POSTGRES_17", region: "europe-west1", settings };
    await google.operate("POST", instances, body);
    await google.operate("POST", `${instances}/db/databases`, { name: "app" });
    await google.operate("POST", `${instances}/db/users`, { name: "reader", password: "right" });
    await google.operate("POST", `${instances}/db/users`, {
      name: login(),
      type: "CLOUD_IAM_SERVICE_ACCOUNT",
      databaseRoles: ["cloudsqlsuperuser"],
    });
    await google.grant(
      `cloudresourcemanager/v1/projects/${project}`,
      "roles/cloudsql.instanceUser",
      `serviceAccount:${account}`,
    );
    await refresh();
  });
  afterAll(() => google.stop());

  const login = (): string => account.replace(".gserviceaccount.com", "");
  const refresh = async (): Promise<void> => {
    const instance = await google.ok("GET", `${instances}/db`);
    host = String((instance["ipAddresses"] as readonly Body[])[0]?.["ipAddress"]);
    authority = String((instance["serverCaCert"] as Body)["cert"]);
  };
  const connect = async (
    user: string,
    password: string,
    ssl: object | false = { ca: authority, checkServerIdentity: () => undefined },
  ): Promise<string> => {
    const client = new pg.Client({ host, port: 5432, user, password, database: "app", ssl });
    await client.connect();
    const { rows } = await client.query<{ readonly current_user: string }>("SELECT current_user");
    await client.end();
    return rows[0]?.current_user ?? "";
  };
  /** The token that a container of the account gets from its metadata server. */
  const containerToken = async (): Promise<string> => {
    const script = `
      import { createServer } from "node:http";
      const read = async () => (await fetch(\`http://\${process.env.GCE_METADATA_HOST}/computeMetadata/v1/instance/service-accounts/default/token\`, { headers: { "Metadata-Flavor": "Google" } })).text();
      createServer(async (_, response) => response.end(await read())).listen(Number(process.env.PORT));`;
    const reference = addImage(google, "b", script);
    const body = {
      invokerIamDisabled: true,
      template: { serviceAccount: account, containers: [{ image: reference }] },
    };
    const operation = await google.operate("POST", `run/v2/${location}/services?serviceId=token`, body);
    const { uri } = operation["response"] as { readonly uri: string };
    return ((await (await fetch(uri)).json()) as { readonly access_token: string }).access_token;
  };

  it("takes TLS connections whose authority is the instance's, with a password", async () => {
    expect(await connect("reader", "right")).toBe("reader");
  });

  it("refuses another authority, a wrong password, and plain text", async () => {
    await expect(connect("reader", "right", {})).rejects.toThrow(/certificate/);
    await expect(connect("reader", "wrong")).rejects.toThrow("password authentication failed");
    await expect(connect("reader", "right", false)).rejects.toThrow("no encryption");
  });

  it("lets a service account in by the access token of its metadata server, and by no other", async () => {
    const token = await containerToken();
    expect(await connect(login(), token)).toBe(login());
    await expect(connect(login(), `${token}x`)).rejects.toThrow("password authentication failed");
  });

  it("refuses a service account without the role that allows logging in", async () => {
    const other = await createAccount(google, "other-account");
    const name = other.replace(".gserviceaccount.com", "");
    await google.operate("POST", `${instances}/db/users`, { name, type: "CLOUD_IAM_SERVICE_ACCOUNT" });
    await expect(connect(name, "any")).rejects.toThrow("Cloud SQL IAM service account authentication failed");
  });

  it("refuses a database user named with the suffix that Cloud SQL leaves out", async () => {
    const error = await google.error("POST", `${instances}/db/users`, {
      name: account,
      type: "CLOUD_IAM_SERVICE_ACCOUNT",
    });
    expect(error.message).toContain("without");
  });

  it("cannot delete a user that owns a table", async () => {
    const client = new pg.Client({
      host,
      user: "reader",
      password: "right",
      database: "app",
      ssl: { ca: authority, checkServerIdentity: () => undefined },
    });
    await client.connect();
    await client.query("CREATE TABLE owned (id int)");
    await client.end();
    const operation = await google.operate("DELETE", `${instances}/db/users?name=reader`);
    expect(JSON.stringify(operation["error"])).toContain("cannot be dropped because some objects depend on it");
  });

  it("is there after a restart, at the same address with the same authority", async () => {
    const before = { host, authority };
    google = await google.restart();
    await refresh();
    expect({ host, authority }).toEqual(before);
    expect(await connect("reader", "right")).toBe("reader");
    const token: unknown = await (
      await fetch((await google.ok("GET", `run/v2/${location}/services/token`))["uri"] as string)
    ).json();
    expect(await connect(login(), (token as { readonly access_token: string }).access_token)).toBe(login());
  });

  it("honours its deletion protection, and keeps a deleted name for a week", async () => {
    await google.operate("PATCH", `${instances}/db`, { settings: { deletionProtectionEnabled: true } });
    expect((await google.error("DELETE", `${instances}/db`)).message).toContain("protected");
    await google.operate("PATCH", `${instances}/db`, { settings: { deletionProtectionEnabled: false } });
    await google.operate("DELETE", `${instances}/db`);
    await expect(connect("reader", "right")).rejects.toThrow("ECONNREFUSED");
    const again = await google.error("POST", instances, { name: "db", databaseVersion: "POSTGRES_17", settings });
    expect(again).toMatchObject({ code: 409, errors: [{ reason: "instanceAlreadyExists" }] });
    expect(again.message).toContain("one week");
  });
});
