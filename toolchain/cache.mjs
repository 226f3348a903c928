import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { SetupError } from "./setup-error.mjs";

const unfinishedPrefix = ".unfinished-";

/**
 * The folder outside every checkout that keeps what was fetched or built: LINTEL_CACHE, else the user's cache folder.
 * @param {NodeJS.ProcessEnv} [env]
 */
export function cacheFolder(env = process.env) {
  if (env.LINTEL_CACHE) return env.LINTEL_CACHE;
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "lintel");
}

/**
 * A short hash that changes whenever one of the texts or files does.
 * @param {readonly string[]} texts
 * @param {readonly string[]} [files] read in full
 */
export async function cacheKey(texts, files = []) {
  const hash = createHash("sha256").update(JSON.stringify(texts));
  for (const file of files) hash.update("\0").update(await readFile(file));
  return hash.digest("hex").slice(0, 16);
}

/** @param {string} path */
export function exists(path) {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * @typedef {object} Artefact
 * @property {string} name of the thing, the folder's name in the cache
 * @property {string} key what it is built from, hashed
 * @property {(folder: string) => Promise<void>} build fills an empty folder; when it throws, nothing is kept
 * @property {() => void} [onWait] called once when another process is building something
 */

/**
 * Where an artefact is, or would be, kept.
 * @param {{ name: string, key: string }} artefact
 */
export function artefactFolder({ name, key }) {
  return join(cacheFolder(), name, key);
}

/**
 * Answers the folder of a finished artefact, building it first if it is not there. It is built under a temporary name
 * and renamed, so that an interrupted build leaves nothing that could be taken for a finished one.
 * @param {Artefact} artefact
 * @returns {Promise<string>}
 */
export async function cached({ name, key, build, onWait }) {
  const folder = artefactFolder({ name, key });
  if (await exists(folder)) return folder;
  await makeCacheFolder();
  // One lock for all artefacts: two heavy builds at once are slower than one after the other and need twice the memory.
  return withLock(
    join(cacheFolder(), "locks", "build"),
    async () => {
      if (await exists(folder)) return folder;
      await buildAside(join(cacheFolder(), name), folder, build);
      return folder;
    },
    onWait,
  );
}

/**
 * @param {string} parent
 * @param {string} folder in parent
 * @param {(folder: string) => Promise<void>} build
 */
async function buildAside(parent, folder, build) {
  await mkdir(parent, { recursive: true });
  // What a killed build left; nobody works in it, for the lock is ours.
  for (const entry of await readdir(parent)) {
    if (entry.startsWith(unfinishedPrefix)) await rm(join(parent, entry), { recursive: true, force: true });
  }
  const unfinished = await mkdtemp(join(parent, unfinishedPrefix));
  try {
    await build(unfinished);
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function makeCacheFolder() {
  try {
    await mkdir(cacheFolder(), { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SetupError(
      `the cache folder ${cacheFolder()} cannot be made: ${reason}`,
      "Set LINTEL_CACHE to a folder that this user can write to.",
    );
  }
}
