import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cacheFolder } from "./cache.mjs";
import { findProgram } from "./find-program.mjs";
import { runProcess } from "./run-process.mjs";

const startMs = 60_000;

/**
 * @typedef {object} DockerEngine
 * @property {true} isAvailable
 * @property {string} host for DOCKER_HOST
 * @property {() => Promise<void>} stop ends the engine if it was started here
 */

/**
 * @typedef {object} NoDockerEngine
 * @property {false} isAvailable
 * @property {string} reason why there is none, as a clause
 */

/**
 * A Docker engine: the one that DOCKER_HOST or the default socket leads to, else one started here if this is root's
 * machine and dockerd is installed. It has its own socket, data and process id, so that it is nobody else's.
 * @returns {Promise<DockerEngine | NoDockerEngine>}
 */
export async function ensureDockerEngine() {
  const running = process.env.DOCKER_HOST || "unix:///var/run/docker.sock";
  if (await answers(running)) return { isAvailable: true, host: running, stop: () => Promise.resolve() };
  const dockerd = await findProgram("dockerd", `${process.env.PATH ?? ""}:/usr/sbin:/usr/local/sbin`);
  if (!dockerd) return { isAvailable: false, reason: "no Docker engine answers and dockerd is not installed" };
  if (process.getuid?.() !== 0)
    return { isAvailable: false, reason: "no Docker engine answers and only root can start one" };
  return startEngine(dockerd);
}

/** @param {string} host */
async function answers(host) {
  const env = { ...process.env, DOCKER_HOST: host };
  const result = await runProcess("docker", ["version", "--format", "{{.Server.Version}}"], { env, timeoutMs: 10_000 });
  return result.code === 0;
}

/**
 * @param {string} dockerd
 * @returns {Promise<DockerEngine | NoDockerEngine>}
 */
async function startEngine(dockerd) {
  const data = join(cacheFolder(), "docker");
  await mkdir(data, { recursive: true });
  // A socket's path may have 107 characters: the cache folder's could be longer.
  const own = await mkdtemp(join(tmpdir(), "lintel-docker-"));
  const host = `unix://${join(own, "docker.sock")}`;
  const log = await open(join(data, "dockerd.log"), "w");
  const args = [
    ...["--host", host, "--data-root", join(data, "data"), "--exec-root", join(own, "exec")],
    ...["--pidfile", join(own, "docker.pid"), "--bridge", "none", "--iptables=false", "--ip6tables=false"],
  ];
  const child = spawn(dockerd, args, { stdio: ["ignore", log.fd, log.fd] });
  await log.close();
  const stop = async () => {
    await end(child);
    await rm(own, { recursive: true, force: true });
  };
  if (await isReady(child, host)) return { isAvailable: true, host, stop };
  await stop();
  return { isAvailable: false, reason: `dockerd does not start here (${join(data, "dockerd.log")} says why)` };
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {string} host
 */
async function isReady(child, host) {
  const deadline = Date.now() + startMs;
  // Without a listener, a dockerd that cannot be executed would end this process; it has no pid then.
  child.once("error", () => undefined);
  while (Date.now() < deadline && child.pid !== undefined && child.exitCode === null) {
    if (await answers(host)) return true;
    await sleep(300);
  }
  return false;
}

/** @param {import("node:child_process").ChildProcess} child */
async function end(child) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 20_000);
  await exited;
  clearTimeout(timer);
}
