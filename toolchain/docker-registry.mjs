import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endProcess } from "./end-process.mjs";
import { findProgram } from "./find-program.mjs";

const startMs = 15_000;

/**
 * @typedef {object} Registry
 * @property {true} isAvailable
 * @property {string} address host and port, as an image's name begins
 * @property {() => Promise<void>} stop ends it and removes its images
 */

/**
 * @typedef {object} NoRegistry
 * @property {false} isAvailable
 * @property {string} reason why there is none, as a clause
 */

/**
 * Starts an image registry on a free loopback port, where Debian's docker-registry is installed. It asks for no
 * password; Docker trusts loopback without TLS.
 * @returns {Promise<Registry | NoRegistry>}
 */
export async function startRegistry() {
  const program = await findProgram("docker-registry");
  if (!program) return { isAvailable: false, reason: "docker-registry is not installed" };
  const folder = await mkdtemp(join(tmpdir(), "lintel-registry-"));
  const address = `127.0.0.1:${String(await findFreePort())}`;
  const file = join(folder, "config.json");
  await writeFile(file, configuration(address, join(folder, "images")));
  const child = spawn(program, ["serve", file], {
    stdio: "ignore",
    env: { ...process.env, OTEL_TRACES_EXPORTER: "none" },
  });
  const stop = async () => {
    await endProcess(child);
    await rm(folder, { recursive: true, force: true });
  };
  if (await isReady(child, address)) return { isAvailable: true, address, stop };
  await stop();
  return { isAvailable: false, reason: "docker-registry does not start here" };
}

/**
 * JSON is YAML, which the registry reads.
 * @param {string} address
 * @param {string} images
 */
function configuration(address, images) {
  return JSON.stringify({
    version: 0.1,
    log: { level: "error" },
    storage: { filesystem: { rootdirectory: images }, delete: { enabled: true } },
    http: { addr: address },
  });
}

/** @returns {Promise<number>} */
function findFreePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {string} address
 */
async function isReady(child, address) {
  const deadline = Date.now() + startMs;
  child.once("error", () => undefined);
  while (Date.now() < deadline && child.pid !== undefined && child.exitCode === null) {
    const answer = await fetch(`http://${address}/v2/`).catch(() => undefined);
    if (answer?.ok) return true;
    await sleep(100);
  }
  return false;
}
