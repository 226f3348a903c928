import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** A server as a process of its own; its output goes to a file, so that reading it costs nobody anything. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** Milliseconds from the start of the process to its first 200. */
  readonly startedIn: number;
  stop(): Promise<void>;
}

export interface Program {
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Answered 200 once the database has been reached. */
  readonly probe: string;
}

/** Milliseconds for a server to answer its probe. */
const patience = 240_000;

/** Starts Node on the program with PORT set to a free port. @throws with its output when it does not come up */
export async function startServerProcess(program: Program): Promise<ServerProcess> {
  const scratch = mkdtempSync(join(tmpdir(), "lintel-bench-"));
  const log = join(scratch, "output.txt");
  const port = await freePort();
  const url = `http://127.0.0.1:${String(port)}`;
  const output = openSync(log, "w");
  const started = performance.now();
  const child = spawn(process.execPath, program.args, {
    cwd: program.folder,
    env: {
      PATH: process.env["PATH"],
      HOME: scratch,
      NODE_ENV: "production",
      PORT: String(port),
      ...program.environment,
    },
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async (): Promise<void> => {
    await end(child, exited);
    rmSync(scratch, { recursive: true, force: true });
  };
  try {
    await answered(`${url}${program.probe}`, child, started);
    return { url, pid: child.pid ?? 0, startedIn: performance.now() - started, stop };
  } catch (error) {
    const said = readFileSync(log, "utf8").slice(-4000);
    await stop();
    throw new Error(`${program.args.join(" ")} did not come up:\n${said}`, { cause: error });
  }
}

async function answered(url: string, child: ChildProcess, started: number): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`exit ${String(child.exitCode)}`);
    if (performance.now() - started > patience) throw new Error("no 200 in time");
    const isUp = await fetch(url, { headers: { connection: "close" } }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status === 200;
      },
      () => false,
    );
    if (isUp) return;
    await setTimeout(2);
  }
}

async function end(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
  const limit = new AbortController();
  await Promise.race([exited, setTimeout(5000, undefined, { signal: limit.signal }).catch(() => undefined)]);
  limit.abort();
  if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
  await exited;
}

/** Processor time of a process so far, in seconds (proc_pid_stat(5), fields utime and stime, at 100 ticks a second). */
export function cpuSeconds(pid: number): number {
  const fields =
    readFileSync(`/proc/${String(pid)}/stat`, "utf8")
      .split(") ")
      .at(-1)
      ?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Resident memory of a process in MiB (proc_pid_status(5), VmRSS). */
export function residentMemory(pid: number): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/mu.exec(status)?.[1]) / 1024;
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
