import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";

/** How long a program may take to clean up after it was asked to end. */
const graceMs = 5_000;

/** The programs that this host has started and that must not outlive it. */
export interface Children {
  /** Starts Node with these arguments. */
  readonly start: (args: readonly string[], options: SpawnOptions) => ChildProcess;
  /** Asks every program that still runs to end, and kills it when it does not. */
  readonly stop: () => Promise<void>;
}

/** An empty set of programs. */
export function createChildren(): Children {
  const running = new Set<ChildProcess>();
  return {
    start: (args, options) => {
      const child = spawn(process.execPath, args, options);
      running.add(child);
      child.once("close", () => running.delete(child));
      return child;
    },
    stop: async () => {
      await Promise.all([...running].map(stopChild));
    },
  };
}

/** Ends one program: SIGTERM, and SIGKILL after the grace time. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
  await exited;
  clearTimeout(timer);
}

/** Waits for a program; a signal counts as 128, a program that cannot start as 127. */
export function waitForExit(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once("error", () => {
      resolve(127);
    });
    child.once("close", (code) => {
      resolve(code ?? 128);
    });
  });
}
