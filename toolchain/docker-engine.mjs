import { spawn } from "node:child_process";
import { mkdir, mkdtemp, open, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cacheFolder } from "./cache.mjs";
import { endProcess } from "./end-process.mjs";
import { findProgram } from "./find-program.mjs";
import { runProcess } from "./run-process.mjs";

const startMs = 60_000;
const pidFile = "docker.pid";
/** By which an engine that was started here is known again. */
const ownLabel = "dev.lintel.engine=own";

/**
 * @typedef {object} DockerEngine
 * @property {true} isAvailable
 * @property {string} host for DOCKER_HOST
 * @property {boolean} isOwn it was started by this module, in this process or another: it keeps no image beyond its end
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
  const running = await findHost();
  if (await answers(running)) {
    return { isAvailable: true, host: running, isOwn: await isOurs(running), stop: () => Promise.resolve() };
  }
  const dockerd = await findProgram("dockerd", `${process.env.PATH ?? ""}:/usr/sbin:/usr/local/sbin`);
  if (!dockerd) return { isAvailable: false, reason: "no Docker engine answers and dockerd is not installed" };
  if (process.getuid?.() !== 0)
    return { isAvailable: false, reason: "no Docker engine answers and only root can start one" };
  return startEngine(dockerd);
}

/** Where the Docker command looks: DOCKER_HOST, else the context in use, which on a desktop is not the default socket. */
async function findHost() {
  if (process.env.DOCKER_HOST) return process.env.DOCKER_HOST;
  const context = await runProcess("docker", ["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"]);
  return (context.code === 0 && context.stdout.trim()) || "unix:///var/run/docker.sock";
}

/** @param {string} host */
async function answers(host) {
  const env = { ...process.env, DOCKER_HOST: host };
  const result = await runProcess("docker", ["version", "--format", "{{.Server.Version}}"], { env, timeoutMs: 10_000 });
  return result.code === 0;
}

/** @param {string} host */
async function isOurs(host) {
  const env = { ...process.env, DOCKER_HOST: host };
  const result = await runProcess("docker", ["info", "--format", "{{json .Labels}}"], { env, timeoutMs: 10_000 });
  return result.code === 0 && result.stdout.includes(ownLabel);
}

/**
 * @param {string} dockerd
 * @returns {Promise<DockerEngine | NoDockerEngine>}
 */
async function startEngine(dockerd) {
  const parent = join(cacheFolder(), "docker");
  await mkdir(parent, { recursive: true });
  await removeAbandoned(parent);
  // Data of its own too: two engines on one data folder destroy it.
  const data = await mkdtemp(join(parent, "engine-"));
  // A socket's path may have 107 characters: the cache folder's could be longer.
  const run = await mkdtemp(join(tmpdir(), "lintel-docker-"));
  const host = `unix://${join(run, "docker.sock")}`;
  const log = await open(join(parent, "dockerd.log"), "w");
  const args = [
    ...["--host", host, "--data-root", join(data, "root"), "--exec-root", join(run, "exec")],
    ...["--pidfile", join(data, pidFile), "--label", ownLabel],
    ...["--bridge", "none", "--iptables=false", "--ip6tables=false"],
  ];
  const child = spawn(dockerd, args, { stdio: ["ignore", log.fd, log.fd] });
  await log.close();
  const stop = async () => {
    await endProcess(child);
    // dockerd leaves this mounted when a container had the host's network.
    await runProcess("umount", [join(run, "exec", "netns", "default")]);
    // What a mount still holds is removed at the next start.
    for (const folder of [run, data]) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  };
  if (await isReady(child, host)) return { isAvailable: true, host, isOwn: true, stop };
  await stop();
  return { isAvailable: false, reason: `dockerd does not start here (${join(parent, "dockerd.log")} says why)` };
}

/**
 * Removes the data of engines that are gone, so that a killed run does not fill the disk.
 * @param {string} parent
 */
async function removeAbandoned(parent) {
  for (const entry of await readdir(parent)) {
    const folder = join(parent, entry);
    if (!entry.startsWith("engine-") || (await isRunning(join(folder, pidFile)))) continue;
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** @param {string} file that holds a process id */
async function isRunning(file) {
  const pid = Number(await readFile(file, "utf8").catch(() => ""));
  if (!pid) return false;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
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
