import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Google, image, startGoogle } from "../emulator/google-client.ts";

const fixture = fileURLToPath(new URL("../emulator/fixtures/stack", import.meta.url));
const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));

interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

describe("the real Google provider deploys one of each resource to the emulator", () => {
  let google: Google;
  let root: string;
  let folder: string;
  beforeAll(async () => {
    google = await startGoogle();
    root = mkdtempSync(join(tmpdir(), "lintel-stack-"));
    folder = join(root, "program");
    cpSync(fixture, folder, { recursive: true });
    symlinkSync(modules, join(folder, "node_modules"));
    mkdirSync(join(root, "backend"));
    await pulumi("stack", "init", "dev");
    await configure({ image, endpoints: JSON.stringify(google.emulator.endpoints) });
  });
  afterAll(async () => {
    await google.stop();
    rmSync(root, { recursive: true, force: true });
  });

  function pulumi(...args: readonly string[]): Promise<Outcome> {
    const env = {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${join(root, "backend")}`,
      PULUMI_CONFIG_PASSPHRASE: "for tests",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    return new Promise((resolve, reject) => {
      const child = spawn("pulumi", ["--non-interactive", "--color", "never", ...args], {
        cwd: folder,
        env,
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
      child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
      child.once("error", reject);
      child.once("close", (code) => {
        resolve({ code, output });
      });
    });
  }
  async function configure(values: Readonly<Record<string, string>>): Promise<void> {
    for (const [key, value] of Object.entries(values)) await pulumi("config", "set", key, value);
  }
  const up = (): Promise<Outcome> => pulumi("up", "--yes", "--skip-preview");
  const uri = async (): Promise<string> => (await pulumi("stack", "output", "uri")).output.trim();
  const ask = async (): Promise<{ readonly env: Readonly<Record<string, string>> }> => {
    const token = await google.emulator.identityToken(
      "executor-cron@emulator-demo.iam.gserviceaccount.com",
      "https://executor.example",
    );
    const response = await fetch(await uri(), { headers: { authorization: `Bearer ${token}` } });
    return (await response.json()) as { readonly env: Readonly<Record<string, string>> };
  };

  it("goes up, and the service answers whom its policy names", async () => {
    const { code, output } = await up();
    expect(output).not.toContain("error:");
    expect(code).toBe(0);
    expect((await fetch(await uri())).status).toBe(403);
    expect((await ask()).env).toMatchObject({ GREETING: "hello", PAYMENT_KEY: "s3cret" });
    expect(google.emulator.logs("executor-migrate")).toContain("started migrate");
  });

  it("has no change in a second update, and none in a refresh", async () => {
    expect(await pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")).toMatchObject({ code: 0 });
    expect(await pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")).toMatchObject({ code: 0 });
  });

  it("has none after a restart of the emulator either", async () => {
    google = await google.restart();
    expect(await pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")).toMatchObject({ code: 0 });
    expect((await ask()).env).toMatchObject({ GREETING: "hello" });
  });

  it("leaves the old revision serving when the migration job fails, and the next update repairs it", async () => {
    await configure({ greeting: "good day", jobToken: "t2", exit: "3" });
    const failed = await up();
    expect(failed.code).not.toBe(0);
    expect(failed.output).toContain("executor-migrate-t2 has failed");
    expect((await ask()).env).toMatchObject({ GREETING: "hello" });
    await configure({ jobToken: "t3", exit: "0" });
    expect(await up()).toMatchObject({ code: 0 });
    expect((await ask()).env).toMatchObject({ GREETING: "good day" });
  });

  it("leaves nothing when it is destroyed but what Google keeps as well", async () => {
    expect(await pulumi("destroy", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
    const state = JSON.parse(readFileSync(join(google.folder, "state", "state.json"), "utf8")) as Readonly<
      Record<string, Readonly<Record<string, unknown>>>
    >;
    const left = Object.keys(state).filter((name) => Object.keys(state[name] ?? {}).length > 0);
    // Finished operations, key rings, enabled APIs, the project and its policy, and names that stay reserved.
    expect(left.sort()).toEqual(
      [
        "accessTokens",
        "keys",
        "kms",
        "operations",
        "policies",
        "ports",
        "projects",
        "services",
        "sqlDeletedNames",
      ].filter((name) => left.includes(name)),
    );
  });
});
