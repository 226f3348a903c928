import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { image, location, project } from "./google-client.ts";

const main = fileURLToPath(new URL("../../emulator/main.ts", import.meta.url));
const fixture = fileURLToPath(new URL("fixtures/image", import.meta.url));

interface Ready {
  readonly url: string;
  readonly endpoints: Readonly<Record<string, string>>;
}

describe("the emulator as a process", () => {
  let folder: string;
  let child: ChildProcess;
  let ready: Ready;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "lintel-emulator-"));
    chmodSync(folder, 0o711);
    mkdirSync(join(folder, "images"));
    cpSync(fixture, join(folder, "images", `sha256-${"a".repeat(64)}`), { recursive: true });
    await start();
  });
  afterAll(async () => {
    child.kill("SIGTERM");
    await once(child, "exit");
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    child = spawn(process.execPath, [main, "--state", join(folder, "state"), "--images", join(folder, "images")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(child.stdout ?? child, "data")) as unknown as readonly [Buffer];
    ready = JSON.parse(line.toString()) as Ready;
  }
  async function send(method: string, path: string, body?: object): Promise<Readonly<Record<string, unknown>>> {
    const response = await fetch(`${ready.url}/${path}`, {
      method,
      headers: { authorization: "Bearer x" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await response.json()) as Readonly<Record<string, unknown>>;
  }
  async function until(path: string, member: string, value: unknown): Promise<Readonly<Record<string, unknown>>> {
    await expect.poll(async () => (await send("GET", path))[member], { timeout: 15_000 }).toEqual(value);
    return send("GET", path);
  }
  /** Ids of the containers that run. */
  function children(): readonly number[] {
    const state = JSON.parse(readFileSync(join(folder, "state", "state.json"), "utf8")) as {
      readonly processes?: Readonly<Record<string, { readonly pid: number }>>;
    };
    return Object.values(state.processes ?? {}).map(({ pid }) => pid);
  }
  const isAlive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  it("says in one line where it is, and serves", async () => {
    expect(ready.endpoints["cloudRunV2CustomEndpoint"]).toBe(`${ready.url}/run/v2/`);
    for (const api of ["run", "iam", "sqladmin"])
      await send("POST", `serviceusage/v1/projects/${project}/services/${api}.googleapis.com:enable`, {});
    await until(`serviceusage/v1/projects/${project}/services/sqladmin.googleapis.com`, "state", "ENABLED");
    const template = { containers: [{ image, startupProbe: { httpGet: { path: "/readyz" }, periodSeconds: 5 } }] };
    await send("POST", `run/v2/${location}/services?serviceId=app`, { invokerIamDisabled: true, template });
    await until(`run/v2/${location}/services/app`, "reconciling", false);
    const settings = { tier: "db-f1-micro", ipConfiguration: { sslMode: "ENCRYPTED_ONLY" } };
    await send("POST", `sqladmin/sql/v1beta4/projects/${project}/instances`, {
      name: "db",
      databaseVersion: "POSTGRES_17",
      settings,
    });
    await until(`sqladmin/sql/v1beta4/projects/${project}/instances/db`, "state", "RUNNABLE");
    const users = `sqladmin/sql/v1beta4/projects/${project}/instances/db/users`;
    await send("POST", users, { name: "reader", password: "right" });
    await expect.poll(async () => JSON.stringify(await send("GET", users))).toContain("reader");
  });

  it("after kill -9 comes back where it was, and ends what it had left running", async () => {
    const before = { url: ready.url, service: await send("GET", `run/v2/${location}/services/app`) };
    const [orphan = 0] = children();
    expect(isAlive(orphan)).toBe(true);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(isAlive(orphan)).toBe(true);
    await start();
    expect(isAlive(orphan)).toBe(false);
    expect(ready.url).toBe(before.url);
    const service = await send("GET", `run/v2/${location}/services/app`);
    expect(service["uri"]).toBe(before.service["uri"]);
    expect((await fetch(String(service["uri"]))).status).toBe(200);
    const instance = await send("GET", `sqladmin/sql/v1beta4/projects/${project}/instances/db`);
    const [address] = instance["ipAddresses"] as readonly { readonly ipAddress: string }[];
    const client = new pg.Client({
      host: address?.ipAddress ?? "",
      user: "reader",
      password: "right",
      database: "postgres",
      ssl: { rejectUnauthorized: false },
    });
    await client.connect();
    await client.end();
  });

  it("ends its containers when it is told to end, the moment it is ready too", async () => {
    child.kill("SIGTERM");
    await once(child, "exit");
    await start();
    const [container = 0] = children();
    child.kill("SIGTERM");
    await once(child, "exit");
    expect(isAlive(container)).toBe(false);
    await start();
  });
});
