import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder, cacheKey } from "./cache.mjs";
import { withLock } from "./lock.mjs";
import { runProcess } from "./run-process.mjs";
import { SetupError } from "./setup-error.mjs";

/**
 * Makes the checkout's node_modules what package-lock.json says, unless they are already.
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
      await progress.step("node_modules from npm", () => install(checkout, env));
    },
    () => progress.note("another set-up is installing node_modules, waiting for it"),
  );
}

/** Without a limit npm tries an unreachable registry for ten minutes before it says so. */
const retryFlags = ["--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"];
const npmFlags = ["--no-audit", "--no-fund", ...retryFlags];

/**
 * Installs what the lock says. `npm ci` refuses a lock that was made with a registry which carries no packages for other
 * platforms, because it misses those; `npm install` takes the lock's versions and adds them where they exist.
 * @param {string} checkout
 * @param {NodeJS.ProcessEnv} env
 */
async function install(checkout, env) {
  const strict = await runProcess("npm", ["ci", ...npmFlags], { cwd: checkout, env });
  if (strict.code === 0) return;
  const lenient = strict.output.includes("EUSAGE")
    ? await runProcess("npm", ["install", "--no-save", ...npmFlags], { cwd: checkout, env })
    : strict;
  if (lenient.code === 0) return;
  throw new SetupError(
    `npm cannot install node_modules:\n${lenient.output.trim()}`,
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
  return Object.entries(wanted).every(
    ([path, entry]) => !path.includes("node_modules/") || entry.optional || isSame(entry, present[path]),
  );
}

/**
 * npm's record of an installed package may lack the integrity, and has the version as the package itself spells it.
 * @param {LockedPackage} wanted
 * @param {LockedPackage | undefined} present
 */
function isSame(wanted, present) {
  if (!present) return false;
  if (wanted.integrity && present.integrity) return wanted.integrity === present.integrity;
  return wanted.version?.replace(/^v/, "") === present.version?.replace(/^v/, "");
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
