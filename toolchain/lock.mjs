import { mkdir, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** The holder touches its lock this often; one left alone for longer than `staleMs` belongs to nobody any more. */
const heartbeatMs = 2_000;
const staleMs = 20_000;
const pollMs = 250;

/**
 * Runs work while no other process runs any under the same lock: a folder, because making one is atomic. It only saves
 * doing the work twice; that nothing half done is ever seen rests on the renames in cache.mjs.
 * @template T
 * @param {string} lockFolder
 * @param {() => Promise<T>} work
 * @param {() => void} [onWait] called once when another process holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(lockFolder, work, onWait = () => undefined) {
  await mkdir(dirname(lockFolder), { recursive: true });
  let waited = false;
  while (!(await acquire(lockFolder))) {
    if (!waited) onWait();
    waited = true;
    await sleep(pollMs);
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(lockFolder, now, now).catch(() => undefined);
  }, heartbeatMs);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(lockFolder, { recursive: true, force: true });
  }
}

/** @param {string} lockFolder */
async function acquire(lockFolder) {
  try {
    await mkdir(lockFolder);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
    await removeStale(lockFolder);
    return false;
  }
}

/** @param {string} lockFolder */
async function removeStale(lockFolder) {
  const age = await stat(lockFolder).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  if (age < staleMs) return;
  // Of two processes that find it stale, the rename succeeds for one.
  const aside = `${lockFolder}.stale-${String(process.pid)}`;
  await rename(lockFolder, aside).catch(() => undefined);
  await rm(aside, { recursive: true, force: true });
}
