import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Emulator, startEmulator } from "@lintel/emulator";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { buildParts, type Parts } from "../../demo/build-parts.ts";
import { exampleSecrets, inStack, prepareStack, type StackPlan, up, urlOf } from "../../demo/deployment.ts";
import { dockerRoute, type NoDocker } from "../../demo/docker-image.ts";
import { hashFolder } from "../../demo/hash-folder.ts";
import type { ImageRoute } from "../../demo/image-route.ts";
import { openPulumi, type Pulumi } from "../../demo/pulumi.ts";
import { bundleOf } from "../../demo/specs.ts";
import { readStackState } from "../../demo/state-of-stack.ts";
import { startTokenIssuer, type TokenIssuer } from "../../demo/token-issuer.ts";

// The repository's own program, which builds the executor's image by the Docker provider; in order, as in a terminal.
const checkout = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const folder = join(checkout, ".lintel", "e2e", randomUUID().slice(0, 8));
const specs = "examples/reservations";

let route: ImageRoute | NoDocker;
let plan: StackPlan;
let parts: Parts;
let emulator: Emulator;
let issuer: TokenIssuer;
let pulumi: Pulumi;

beforeAll(async () => {
  route = await dockerRoute(checkout);
  if ("reason" in route) {
    process.stderr.write(`skipped: ${noImage(route)}\n`);
    return;
  }
  const environment = "local";
  plan = { checkout, folder, specs, stack: "image", environment, secrets: exampleSecrets, image: route.config };
  const bundle = await bundleOf(checkout, specs, environment);
  issuer = await startTokenIssuer(bundle.workspace.auth.issuer, bundle.workspace.auth.audience);
  parts = await buildParts(checkout);
  emulator = await startEmulator({ state: join(folder, "cloud"), ...route.emulator });
  pulumi = await openPulumi(checkout, join(folder, "backend"), route.environment);
  await prepareStack(pulumi, emulator, plan);
  const { code, output } = await up(pulumi, plan, parts.pack, () => undefined);
  if (code !== 0) throw new Error(output);
});

afterAll(async () => {
  if ("reason" in route) return;
  await emulator.stop();
  await issuer.close();
  await route.stop();
  await rm(folder, { recursive: true, force: true });
});

beforeEach((context) => {
  if ("reason" in route) context.skip(noImage(route));
});

function noImage({ reason }: NoDocker): string {
  return `no image can be built on this machine, because ${reason}`;
}

function docker(...args: readonly string[]): string {
  const env = { ...process.env, ...("reason" in route ? {} : route.environment) };
  return execFileSync("docker", args, { env, encoding: "utf8" }).trim();
}

async function deployedImage(): Promise<string> {
  const service = (await readStackState(pulumi, plan.stack)).outputsOf("gcp:cloudrunv2/service:Service");
  const { containers } = service["template"] as { readonly containers: readonly { readonly image: string }[] };
  return containers[0]?.image ?? "";
}

function contextFiles(): ReturnType<typeof hashFolder> {
  return hashFolder(join(checkout, ".lintel", "images", "reservations"));
}

test("the deployed image is the one that the registry has, by its digest", async () => {
  const [, address, path, digest] = /^([^/]+)\/(.+)@(sha256:[0-9a-f]{64})$/.exec(await deployedImage()) ?? [];
  expect(address).toBe(plan.image["lintel:registry"]);
  const accept = "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json";
  const answer = await fetch(`http://${address}/v2/${path}/manifests/${digest}`, { headers: { accept } });
  expect(answer.status).toBe(200);
});

test("a tool is answered by a container of that image, in which the program has no rights", async () => {
  const token = await issuer.issue({ sub: "agent-1", roles: ["agent"] });
  const url = await urlOf(pulumi, plan);
  const answer = await fetch(`${url}/rooms`, { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ items: [], next: null });

  const [container = "", ...others] = docker("ps", "--quiet", "--filter", "label=dev.lintel.emulator").split("\n");
  expect(others).toEqual([]);
  const format = "{{.Config.Image}} {{.Config.User}} {{json .Config.Entrypoint}}";
  expect(docker("inspect", "--format", format, container)).toBe(
    `${await deployedImage()} 65532:65532 ["/nodejs/bin/node","--snapshot-blob","/app/lintel.blob","/app/main.mjs"]`,
  );
});

test("the image has program, snapshot and bundle beside its base, less than 20 MB, which its user cannot change", async () => {
  const image = await deployedImage();
  expect(sizeOf(image) - sizeOf(plan.image["lintel:baseImage"] ?? "")).toBeLessThan(20_000_000);
  const script = `const { readdirSync, statSync } = require("node:fs");
    console.log(JSON.stringify(["/bundle.json", ...readdirSync("/app").map((name) => "/app/" + name)].map((name) => [name, statSync(name).uid, statSync(name).mode & 0o777])));`;
  const listed = docker("run", "--rm", "--network=host", "--entrypoint=/nodejs/bin/node", image, "-e", script);
  expect(JSON.parse(listed)).toEqual([
    ["/bundle.json", 0, 0o644],
    ["/app/lintel.blob", 0, 0o644],
    ["/app/main.mjs", 0, 0o644],
    ["/app/sbom.cdx.json", 0, 0o644],
  ]);
});

function sizeOf(image: string): number {
  return Number(docker("image", "inspect", "--format", "{{.Size}}", image));
}

test("a second up lays out the same files and has no change", async () => {
  const before = await contextFiles();
  expect(Object.keys(before).sort()).toEqual(["Dockerfile", "bundle.json", "main.mjs", "sbom.cdx.json"]);
  await pulumi.must(["up", "--yes", "--expect-no-changes", "--policy-pack", parts.pack, ...inStack(plan)]);
  expect(await contextFiles()).toEqual(before);
});

test.each([
  [
    "lintel:image",
    `registry.invalid/executor@sha256:${"0".repeat(64)}`,
    "lintel:image names an image that is built already",
  ],
  [
    "lintel:registry",
    "registry.invalid:5000",
    "lintel:registry is registry.invalid:5000: write the HOST:PORT of a registry on loopback",
  ],
])("a wrong %s is refused with what to do", async (key, value, message) => {
  const before = plan.image[key];
  await pulumi.must(["config", "set", ...inStack(plan), key, value]);
  const { code, output } = await pulumi.run(["preview", ...inStack(plan)]);
  await pulumi.must(
    before === undefined ? ["config", "rm", ...inStack(plan), key] : ["config", "set", ...inStack(plan), key, before],
  );
  expect(code).not.toBe(0);
  expect(output).toContain(message);
});

test("where no Docker engine answers, a preview passes and an up that has to build says what is missing", async () => {
  const host = "unix:///nowhere/docker.sock";
  const without = await openPulumi(checkout, join(folder, "backend"), { DOCKER_HOST: host });
  await without.must(["preview", "--expect-no-changes", ...inStack(plan)]);
  const before = await deployedImage();
  await pulumi.must(["config", "set", ...inStack(plan), "lintel:baseImage", "lintel/another-base:1"]);
  const { code, output } = await without.run(["up", "--yes", "--skip-preview", ...inStack(plan)]);
  expect(code).not.toBe(0);
  expect(output).toContain(`Cannot connect to the Docker daemon at ${host}`);
  expect(await deployedImage()).toBe(before);
});
