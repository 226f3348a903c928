import { spawn } from "node:child_process";
import { once } from "node:events";
import { ensureDockerEngine } from "./docker-engine.mjs";

/** `node toolchain/with-docker.mjs COMMAND [ARGUMENT...]`: runs a command beside a Docker engine, if one can be had. */
const [command, ...args] = process.argv.slice(2);
if (!command) {
  process.stderr.write("usage: node toolchain/with-docker.mjs COMMAND [ARGUMENT...]\n");
  process.exit(2);
}
const engine = await ensureDockerEngine();
process.stderr.write(engine.isAvailable ? `Docker engine: ${engine.host}\n` : `no Docker: ${engine.reason}\n`);
const env = engine.isAvailable ? { ...process.env, DOCKER_HOST: engine.host } : process.env;
const child = spawn(command, args, { stdio: "inherit", env });
process.on("SIGINT", () => child.kill("SIGINT"));
process.on("SIGTERM", () => child.kill("SIGTERM"));
const [code] = await once(child, "close").catch(() => [127]);
if (engine.isAvailable) await engine.stop();
process.exitCode = code ?? 1;
