import { createHash } from "node:crypto";
import { createWriteStream, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Container, ContainerRuntime, ContainerStart } from "./container-runtime.ts";
import { type DockerEngine, dockerEngine } from "./docker-engine.ts";

/** Runs images in a Docker engine, on the machine's own network so that loopback addresses mean the same. */
export function dockerRuntime(host: string, stateFolder: string): ContainerRuntime {
  const engine = dockerEngine(host);
  const owner = createHash("sha256").update(stateFolder).digest("hex").slice(0, 12);
  return {
    resolve: async (image) => {
      const path = `/images/${encodeURIComponent(image)}/json`;
      if ((await engine.send("GET", path)).resume().statusCode === 200) return image;
      // What cannot be pulled is not there; the second look says so.
      await engine.call("POST", `/images/create?fromImage=${encodeURIComponent(image)}`).catch(() => undefined);
      return (await engine.send("GET", path)).resume().statusCode === 200 ? image : undefined;
    },
    start: (start) => run(engine, start, owner),
    clean: async () => {
      const filters = encodeURIComponent(JSON.stringify({ label: [`dev.lintel.emulator=${owner}`] }));
      const found = ((await engine.call("GET", `/containers/json?all=true&filters=${filters}`)) ?? []) as readonly {
        readonly Id: string;
      }[];
      await Promise.all(
        found.map(({ Id }) => engine.call("DELETE", `/containers/${Id}?force=true`, undefined, [404, 409])),
      );
    },
  };
}

async function run(engine: DockerEngine, start: ContainerStart, owner: string): Promise<Container> {
  const body = {
    Image: start.image,
    ...(start.command.length > 0 ? { Entrypoint: start.command } : {}),
    ...(start.args.length > 0 ? { Cmd: start.args } : {}),
    Env: Object.entries(start.environment).map(([name, value]) => `${name}=${value}`),
    Labels: { "dev.lintel.emulator": owner },
    HostConfig: { NetworkMode: "host" },
  };
  const { Id } = (await engine.call(
    "POST",
    `/containers/create?name=${start.name}-${crypto.randomUUID().slice(0, 8)}`,
    body,
  )) as { readonly Id: string };
  await engine.call("POST", `/containers/${Id}/start`, undefined, [304]);
  void follow(engine, Id, start.logFile);
  const exited = engine
    .call("POST", `/containers/${Id}/wait`)
    .then(
      (answer) => (answer as { readonly StatusCode: number }).StatusCode,
      () => 137,
    )
    .finally(() => engine.call("DELETE", `/containers/${Id}?force=true`, undefined, [404, 409]).catch(() => undefined));
  return {
    exited,
    stop: async (grace) => {
      await engine
        .call("POST", `/containers/${Id}/stop?t=${String(Math.ceil(grace / 1000))}`, undefined, [304, 404])
        .catch(() => undefined);
      await exited;
    },
  };
}

/** Appends a container's output to its log, without the eight-byte frames that the engine puts around it. */
async function follow(engine: DockerEngine, id: string, logFile: string): Promise<void> {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile, { flags: "a" });
  const answer = await engine.send("GET", `/containers/${id}/logs?follow=true&stdout=true&stderr=true`);
  let rest = Buffer.alloc(0);
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk]);
    for (let size = frame(rest); size !== undefined; size = frame(rest)) {
      log.write(rest.subarray(8, size));
      rest = rest.subarray(size);
    }
  }
  log.end();
}

/** Length of the first whole frame. */
function frame(bytes: Buffer): number | undefined {
  if (bytes.length < 8) return undefined;
  const size = 8 + bytes.readUInt32BE(4);
  return bytes.length < size ? undefined : size;
}
