import { once } from "node:events";

/** How long a server may take to close what it holds. */
const graceMs = 20_000;

/**
 * Ends a process that was started here: SIGTERM, and SIGKILL after the grace time.
 * @param {import("node:child_process").ChildProcess} child
 */
export async function endProcess(child) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
  await exited;
  clearTimeout(timer);
}
