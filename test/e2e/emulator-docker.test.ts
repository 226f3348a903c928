import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureBaseImage } from "../../toolchain/base-image.mjs";
import { ensureDockerEngine } from "../../toolchain/docker-engine.mjs";
import { startRegistry } from "../../toolchain/docker-registry.mjs";
import { showProgress } from "../../toolchain/progress.mjs";
import {
  type Body,
  createAccount,
  type Google,
  location,
  project,
  serviceBody,
  startGoogle,
} from "../emulator/google-client.ts";

const program = fileURLToPath(new URL("../emulator/fixtures/image/main.mjs", import.meta.url));
const engine = await ensureDockerEngine();
const registry = await startRegistry();

describe("Cloud Run in a Docker engine", () => {
  if (!engine.isAvailable || !registry.isAvailable) {
    it("is not tried on this machine, which says why", () => {
      const reasons = [engine, registry].map((one) => (one.isAvailable ? "" : one.reason));
      expect(reasons.join("")).not.toBe("");
    });
    return;
  }
  const { host } = engine;
  const { address } = registry;
  const env = { ...process.env, DOCKER_HOST: host, DOCKER_BUILDKIT: "0" };
  const docker = (...args: readonly string[]): string =>
    execFileSync("docker", args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  let google: Google;
  let account: string;
  let image: string;

  beforeAll(async () => {
    image = await pushImage();
    google = await startGoogle({ docker: host, registry: address });
    await google.enable("run", "iam");
    account = await createAccount(google, "executor-run");
  });
  afterAll(async () => {
    await google.stop();
    expect(docker("ps", "--all", "--quiet", "--filter", `ancestor=${image}`)).toBe("");
    await registry.stop();
    await engine.stop();
  });

  /** Builds and pushes the fixture, and takes it out of the engine: what runs was pulled by its digest. */
  async function pushImage(): Promise<string> {
    const base = await ensureBaseImage(host, showProgress());
    const context = mkdtempSync(join(tmpdir(), "lintel-image-"));
    cpSync(program, join(context, "main.mjs"));
    writeFileSync(
      join(context, "Dockerfile"),
      `FROM ${base}\nCOPY main.mjs /app/main.mjs\nENTRYPOINT ["/nodejs/bin/node", "/app/main.mjs"]\n`,
    );
    const repository = `${address}/${project}/images/app`;
    docker("build", "--quiet", "--tag", `${repository}:1`, context);
    const [digest = ""] = /sha256:[0-9a-f]{64}/.exec(docker("push", `${repository}:1`)) ?? [];
    docker("rmi", `${repository}:1`);
    rmSync(context, { recursive: true });
    return `${repository}@${digest}`;
  }

  it("pulls the image by its digest, serves from it, and ends it with its service", async () => {
    const body = {
      ...serviceBody(account, [{ name: "GREETING", value: "from a container" }], { image }),
      invokerIamDisabled: true,
    };
    const made = await google.operate("POST", `run/v2/${location}/services?serviceId=app`, body);
    expect(made["error"]).toBeUndefined();
    const { uri } = made["response"] as { readonly uri: string };
    const { env: seen } = (await (await fetch(uri)).json()) as { readonly env: Body };
    expect(seen).toMatchObject({ GREETING: "from a container", K_SERVICE: "app" });
    expect(await (await fetch(`${uri}/metadata?path=project/project-id`)).text()).toBe(project);
    await google.operate("DELETE", `run/v2/${location}/services/app`);
    expect(google.emulator.logs("app")).toMatch(/started serve from a container[^]*draining/);
  });

  it("runs a job to its exit code, with its arguments", async () => {
    const job = (code: string): object => ({
      runExecutionToken: "t1",
      template: {
        template: { serviceAccount: account, maxRetries: 0, containers: [{ image, args: ["migrate", code] }] },
      },
    });
    expect((await google.operate("POST", `run/v2/${location}/jobs?jobId=good`, job("0")))["error"]).toBeUndefined();
    expect((await google.operate("POST", `run/v2/${location}/jobs?jobId=bad`, job("3")))["error"]).toMatchObject({
      code: 9,
    });
  });

  it("says that an image is not there", async () => {
    const missing = serviceBody(account, [], { image: image.replace("/app@", "/none@") });
    const made = await google.operate("POST", `run/v2/${location}/services?serviceId=none`, missing);
    expect(made["error"]).toMatchObject({ code: 5, message: expect.stringContaining("not found") as string });
  });
});
