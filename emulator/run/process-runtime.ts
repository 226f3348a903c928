import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Store } from "../state/store.ts";
import type { Container, ContainerRuntime, ContainerStart } from "./container-runtime.ts";

/** `image.json` of an image folder: what its container runs, with that folder as working directory. */
export interface ProcessImage {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A process that was started, so that it can be ended after the emulator was killed. */
interface ProcessRecord {
  readonly pid: number;
  /** Ticks since boot at which it began; undefined where the system does not say. */
  readonly began: string | undefined;
}

/** Field 22 of /proc/PID/stat (proc(5)): tells a process from a later one with its id. */
function beginningOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${String(pid)}/stat`, "utf8")
      .split(") ")
      .at(-1)
      ?.split(" ")[19];
  } catch {
    return undefined;
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}

/**
 * Runs images as processes: `REPOSITORY@sha256:DIGEST` is the folder `IMAGES/sha256-DIGEST` with an `image.json`.
 * For machines without a Docker engine; a process shares the machine's files and network.
 */
export function processRuntime(images: string | undefined, store: Store): ContainerRuntime {
  const records = store.collection<ProcessRecord>("processes");
  const folderOf = (image: string): string | undefined => {
    const digest = /@sha256:([0-9a-f]{64})$/.exec(image)?.[1];
    const folder = digest === undefined || images === undefined ? undefined : join(images, `sha256-${digest}`);
    return folder !== undefined && existsSync(join(folder, "image.json")) ? folder : undefined;
  };
  return {
    resolve: (image) => Promise.resolve(folderOf(image) === undefined ? undefined : image),
    start: (start) => {
      const folder = folderOf(start.image);
      if (folder === undefined) return Promise.reject(new Error(`no image folder for ${start.image}`));
      const child = launch(start, folder);
      const pid = child.pid;
      if (pid !== undefined) records.put(String(pid), { pid, began: beginningOf(pid) });
      return Promise.resolve(watch(child, () => pid !== undefined && records.delete(String(pid))));
    },
    clean: () => {
      for (const [key, { pid, began }] of records.list()) {
        if (began !== undefined && beginningOf(pid) === began) signalGroup(pid, "SIGKILL");
        records.delete(key);
      }
      return Promise.resolve();
    },
  };
}

function launch(start: ContainerStart, folder: string): ChildProcess {
  const image = JSON.parse(readFileSync(join(folder, "image.json"), "utf8")) as ProcessImage;
  const entry = start.command.length > 0 ? start.command : image.command;
  const [program = "false", ...rest] =
    start.command.length > 0 || start.args.length === 0 ? entry : entry.slice(0, entryLength(entry));
  mkdirSync(dirname(start.logFile), { recursive: true });
  const log = createWriteStream(start.logFile, { flags: "a" });
  const child = spawn(program === "node" ? process.execPath : program, [...rest, ...start.args], {
    cwd: folder,
    // Nothing of the emulator's own environment but what finds programs: a container has none of it.
    env: { PATH: process.env["PATH"], HOME: folder, ...image.env, ...start.environment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  child.once("close", () => log.end());
  return child;
}

/** `node FILE` is the entry point; what follows it are default arguments, which a container's `args` replace. */
function entryLength(entry: readonly string[]): number {
  return entry[0] === "node" ? 2 : 1;
}

function watch(child: ChildProcess, forget: () => void): Container {
  const exited = new Promise<number>((resolve) => {
    child.once("error", () => {
      resolve(127);
    });
    child.once("exit", (code) => {
      forget();
      resolve(code ?? 137);
    });
  });
  return {
    exited,
    stop: async (grace) => {
      const { pid } = child;
      if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      signalGroup(pid, "SIGTERM");
      const timer = setTimeout(() => {
        signalGroup(pid, "SIGKILL");
      }, grace);
      await exited;
      clearTimeout(timer);
    },
  };
}
