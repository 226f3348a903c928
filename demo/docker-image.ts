import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ensureBaseImage } from "../toolchain/base-image.mjs";
import { type DockerEngine, ensureDockerEngine } from "../toolchain/docker-engine.mjs";
import { startRegistry } from "../toolchain/docker-registry.mjs";
import { showProgress } from "../toolchain/progress.mjs";
import { runProcess } from "../toolchain/run-process.mjs";
import type { ImageRoute } from "./image-route.ts";

/** Why there are no containers on this machine, as a clause. */
export interface NoDocker {
  readonly reason: string;
}

const pullMs = 60_000;

/** A Docker engine, a registry on loopback and a base image: the stack builds and pushes, the emulator runs containers. */
export async function dockerRoute(checkout: string): Promise<ImageRoute | NoDocker> {
  const engine = await ensureDockerEngine();
  if (!engine.isAvailable) return { reason: engine.reason };
  const registry = await startRegistry();
  if (!registry.isAvailable) {
    await engine.stop();
    return { reason: registry.reason };
  }
  const stop = async (): Promise<void> => {
    await registry.stop();
    await engine.stop();
  };
  try {
    const base = await findBase(engine, join(checkout, "executor", "image", "Dockerfile"));
    return {
      config: { "lintel:registry": registry.address, "lintel:baseImage": base },
      emulator: { docker: engine.host, registry: registry.address },
      environment: { DOCKER_HOST: engine.host },
      notes: [`image  built on ${base} by the Docker engine, pushed to a registry at ${registry.address}`],
      stop,
    };
  } catch (error) {
    await stop();
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * The public base, or where it cannot be pulled one that is made from this machine's packages. An engine of our own forgets
 * what it pulls: there it is always made, which takes seconds and no connection.
 */
async function findBase(engine: DockerEngine, dockerfile: string): Promise<string> {
  const [, base = ""] = /^ARG BASE=(\S+)$/m.exec(await readFile(dockerfile, "utf8")) ?? [];
  const env = { ...process.env, DOCKER_HOST: engine.host };
  const has = await runProcess("docker", ["image", "inspect", base], { env });
  if (has.code === 0) return base;
  if (!engine.isOwn) {
    const pulled = await runProcess("docker", ["pull", "--quiet", base], { env, timeoutMs: pullMs });
    if (pulled.code === 0) return base;
  }
  return ensureBaseImage(engine.host, showProgress());
}
