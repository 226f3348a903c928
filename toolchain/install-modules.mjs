import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder, cacheKey } from "./cache.mjs";
import { withLock } from "./lock.mjs";
import { runProcess } from "./run-process.mjs";
import { SetupError } from "./setup-error.mjs";

/**
 * Makes the checkout's node_modules what package-lock.json says, by `npm ci` if they are not already.
 * @param {string} checkout
 * @param {NodeJS.ProcessEnv} env of npm: its scripts run under the Node that is first on its PATH
 * @param {import("./progress.mjs").Progress} progress
 */
export async function installModules(checkout, env, progress) {
  if (await isInstalled(checkout)) return;
  const lock = join(cacheFolder(), "locks", `modules-${await cacheKey([checkout])}`);
  await withLock(
    lock,
    async () => {
      if (await isInstalled(checkout)) return;
      await progress.step("node_modules (npm ci)", () => install(checkout, env));
    },
    () => progress.note("another set-up is installing node_modules, waiting for it"),
  );
}

/**
 * @param {string} checkout
 * @param {NodeJS.ProcessEnv} env
 */
async function install(checkout, env) {
  const result = await runProcess("npm", ["ci", "--no-audit", "--no-fund"], { cwd: checkout, env });
  if (result.code === 0) return;
  throw new SetupError(
    `npm ci failed:\n${result.output.trim()}`,
    "Check that the npm registry can be reached and that package.json and package-lock.json agree (npm install).",
  );
}

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean }} LockedPackage
 */

/**
 * Compares the lock with the record that npm leaves of what it installed, rather than a stamp of ours: so a plain
 * `npm install` by hand counts too. Optional packages are for other platforms, and links are the workspaces.
 * @param {string} checkout
 */
async function isInstalled(checkout) {
  const wanted = await readPackages(join(checkout, "package-lock.json"));
  const present = await readPackages(join(checkout, "node_modules", ".package-lock.json"));
  if (!wanted) throw new SetupError("package-lock.json is missing", "Restore it from git.");
  if (!present) return false;
  return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    if (!path.includes("node_modules/") || optional) return true;
    return present[path]?.version === version && present[path]?.integrity === integrity;
  });
}

/**
 * @param {string} file
 * @returns {Promise<Record<string, LockedPackage> | undefined>}
 */
async function readPackages(file) {
  try {
    return JSON.parse(await readFile(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}
