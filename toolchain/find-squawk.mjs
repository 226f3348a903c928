import { chmod, copyFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cached } from "./cache.mjs";
import { findProgram } from "./find-program.mjs";
import { runProcess } from "./run-process.mjs";
import { SetupError } from "./setup-error.mjs";
import { squawkVersion } from "./versions.mjs";

/**
 * @typedef {{ isAvailable: true, path: string } | { isAvailable: false, reason: string }} Squawk
 */

/**
 * The linter for PostgreSQL migrations that tests hold ours to. Its binary comes in a Python wheel, from whatever index pip is
 * configured with; only tests need it, so no set-up fetches it.
 * @returns {Promise<Squawk>}
 */
export async function findSquawk() {
  try {
    const folder = await cached({ name: "squawk", key: `${squawkVersion}-${process.platform}-${process.arch}`, build });
    return { isAvailable: true, path: join(folder, "squawk") };
  } catch (error) {
    return { isAvailable: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

const timeoutMs = 120_000;

/** @param {string} folder */
async function build(folder) {
  const python = (await findProgram("python3")) ?? (await findProgram("python"));
  if (python === undefined)
    throw new SetupError("there is no Python, whose pip fetches squawk", "Install python3-pip.");
  const scratch = await mkdtemp(join(tmpdir(), "lintel-squawk-"));
  try {
    const wanted = [`squawk-cli==${squawkVersion}`, "--no-deps", "--only-binary=:all:", "--quiet"];
    const options = { cwd: scratch, timeoutMs };
    const download = await runProcess(python, ["-m", "pip", "download", ...wanted], options);
    const wheel = (await readdir(scratch)).find((name) => name.endsWith(".whl"));
    if (download.code !== 0 || wheel === undefined) {
      throw new SetupError(`pip cannot fetch squawk: ${lastLine(download.output)}`, "Check pip and its index.");
    }
    const unpacked = await runProcess(python, ["-m", "zipfile", "-e", wheel, "."], options);
    if (unpacked.code !== 0) throw new SetupError(`squawk cannot be unpacked: ${lastLine(unpacked.output)}`, "");
    const file = join(folder, "squawk");
    await copyFile(join(scratch, `squawk_cli-${squawkVersion}.data`, "scripts", "squawk"), file);
    await chmod(file, 0o755);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** @param {string} text */
function lastLine(text) {
  return text.trim().split("\n").at(-1) ?? "";
}
