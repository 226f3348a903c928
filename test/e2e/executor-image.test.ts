import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureDockerEngine } from "../../toolchain/docker-engine.mjs";
import { must, openStack, type Stack } from "./stack-harness.ts";

const engine = await ensureDockerEngine();
const folder = mkdtempSync(join(tmpdir(), "lintel-image-"));

function main(registry: string, version: string): string {
  return `import { ExecutorImage } from "@lintel/components";

const image = new ExecutorImage("notes", {
  project: "lintel-test",
  region: "europe-west1",
  bundleDigest: "sha256:${"ab".repeat(32)}",
  existingRepository: "projects/lintel-test/locations/europe-west1/repositories/notes",
  build: {
    context: { folder: "context", version: "${version}" },
    base: "lintel-base:empty",
    registry: "${registry}",
    isOpenRegistry: true,
  },
});
export const reference = image.reference;
`;
}

describe.runIf(engine.isAvailable)("an image built by a Docker engine and pushed to a registry", () => {
  let stack: Stack;
  let registry: ChildProcess;
  let address: string;
  const host = engine.isAvailable ? engine.host : "";
  const environment = { DOCKER_HOST: host };

  beforeAll(async () => {
    address = `127.0.0.1:${await freePort()}`;
    registry = await startRegistry(address);
    docker(["import", "-", "lintel-base:empty"], execFileSync("tar", ["-cf", "-", "--files-from", "/dev/null"]));
    stack = await openStack({
      files: {
        "main.ts": main(address, "1"),
        "context/Dockerfile": "ARG BASE\nFROM ${BASE}\nCOPY bundle.json /app/\n",
        "context/bundle.json": "{}",
      },
    });
    await must(stack.up([], environment));
  });

  afterAll(async () => {
    await stack.close();
    registry.kill();
    if (engine.isAvailable) await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function docker(args: readonly string[], input?: Buffer): string {
    return execFileSync("docker", args, { input, env: { ...process.env, ...environment }, encoding: "utf8" });
  }

  async function reference(): Promise<string> {
    return (await stack.outputs())["reference"] as string;
  }

  test("is referred to by the digest that the registry has", async () => {
    const [name = "", digest = ""] = (await reference()).split("@");
    expect(name).toBe(`${address}/lintel-test/notes/executor`);
    const response = await fetch(`http://${address}/v2/lintel-test/notes/executor/manifests/${digest}`, {
      headers: {
        accept: "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json",
      },
    });
    expect(response.status).toBe(200);
  });

  test("is not built again when nothing changed", async () => {
    expect(await stack.up(["--expect-no-changes"], environment)).toMatchObject({ code: 0 });
  });

  test("has no machine's path and no token in the state", async () => {
    const state = JSON.stringify(await stack.state());
    expect(state).not.toContain(stack.folder);
    expect(state).not.toMatch(/"password"|"username"/);
  });

  test("keeps its digest when a machine without the local image refreshes and deploys", async () => {
    const before = await reference();
    const tag = docker(["image", "ls", "--format", "{{.Repository}}:{{.Tag}}"])
      .split("\n")
      .find((name) => name.startsWith(address));
    docker(["image", "rm", "--force", tag ?? ""]);
    await must(stack.pulumi(["refresh", "--yes", "--stack", "test"], environment));
    await must(stack.up([], environment));
    expect(await reference()).toBe(before);
  });

  test("is built again for another version of the executor", async () => {
    const before = await reference();
    stack.write({ "main.ts": main(address, "2"), "context/bundle.json": '{ "changed": true }' });
    await must(stack.up([], environment));
    expect(await reference()).not.toBe(before);
  });
});

async function startRegistry(address: string): Promise<ChildProcess> {
  const config = join(folder, "registry.yaml");
  mkdirSync(join(folder, "registry"));
  writeFileSync(
    config,
    `version: 0.1\nlog: { level: error }\nstorage: { filesystem: { rootdirectory: ${join(folder, "registry")} } }\nhttp: { addr: "${address}" }\n`,
  );
  const child = spawn("docker-registry", ["serve", config], { stdio: "ignore" });
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const isUp = await fetch(`http://${address}/v2/`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return child;
    await sleep(100);
  }
  throw new Error("the registry did not start");
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
