import { copyFile, readdir, statfs } from "node:fs/promises";
import { basename, join } from "node:path";
import { artefactFolder, cached, cacheFolder, cacheKey, exists } from "./cache.mjs";
import { findProgram } from "./find-program.mjs";
import { runProcess } from "./run-process.mjs";
import { SetupError } from "./setup-error.mjs";

/**
 * @typedef {object} GoProgram
 * @property {string} module folder of the Go module
 * @property {string} package what to build in it, "." for the module itself
 * @property {string} program name of the binary
 * @property {string} ldflags linker flags
 * @property {readonly string[]} beside files that are copied into the binary's folder
 */

/** What the sources, Go's build cache and the binary of the largest program take, with some room. */
const neededBytes = 5 * 1024 ** 3;

/**
 * Whether the program is in the cache, built from the module as it is now.
 * @param {GoProgram} program
 */
export async function isBuilt(program) {
  return exists(artefactFolder({ name: basename(program.module), key: await moduleKey(program) }));
}

/**
 * Builds a program from its Go module, or takes it from the cache when nothing it is built from has changed.
 * @param {GoProgram} program
 * @param {import("./progress.mjs").Progress} progress
 * @returns {Promise<string>} the folder that holds the binary
 */
export async function buildFromGo(program, progress) {
  return cached({
    name: basename(program.module),
    key: await moduleKey(program),
    build: (target) =>
      progress.step(`${program.program} from Go modules (once, some minutes)`, () => build(program, target)),
    onWait: () => progress.note("another set-up is at work, waiting for it"),
  });
}

/** @param {GoProgram} program */
async function moduleKey({ module, package: path, ldflags, beside }) {
  const names = (await readdir(module)).filter((file) => /\.go$|^go\.(mod|sum)$/.test(file)).sort();
  const files = [...names.map((name) => join(module, name)), ...beside];
  return cacheKey([process.platform, process.arch, path, ldflags, ...files.map((file) => basename(file))], files);
}

/**
 * @param {GoProgram} program
 * @param {string} target
 */
async function build({ module, package: path, program, ldflags, beside }, target) {
  const go = await findProgram("go");
  if (!go) {
    throw new SetupError(
      `${program} is not on this machine, cannot be downloaded, and cannot be built because Go is missing`,
      `Install Go 1.26 or newer and put it on the PATH, or put ${program} there.`,
    );
  }
  await checkSpace(program);
  const args = ["build", "-ldflags", ldflags, "-o", join(target, program), path];
  // readonly: what is built is what go.sum lists, on every machine.
  const env = { ...process.env, GOFLAGS: "-mod=readonly -buildvcs=false" };
  const result = await runProcess(go, args, { cwd: module, env });
  if (result.code !== 0) throw explain(program, result.output);
  for (const file of beside) await copyFile(file, join(target, basename(file)));
}

/** @param {string} program */
async function checkSpace(program) {
  const { bavail, bsize } = await statfs(cacheFolder());
  if (bavail * bsize >= neededBytes) return;
  throw new SetupError(
    `the disk of ${cacheFolder()} is too full to build ${program}: ${gibibytes(bavail * bsize)} free, ${gibibytes(neededBytes)} needed`,
    "Free some space, or set LINTEL_CACHE (and GOCACHE, GOMODCACHE) to folders on another disk.",
  );
}

/** @param {number} bytes */
function gibibytes(bytes) {
  return `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}

/**
 * @param {string} program
 * @param {string} output
 */
function explain(program, output) {
  const text = output
    .split("\n")
    .filter((line) => !line.startsWith("go: downloading "))
    .slice(-20)
    .join("\n")
    .trim();
  const message = `${program} cannot be built from Go modules:\n${text}`;
  if (/no space left/i.test(output)) return new SetupError(message, "The disk is full: free some space and try again.");
  if (/signal: killed|cannot allocate memory/i.test(output)) {
    return new SetupError(message, "Memory ran out: the build needs about 3 GB. Close other programs and try again.");
  }
  if (/dial tcp|no such host|i\/o timeout|proxyconnect|403 Forbidden/i.test(output)) {
    return new SetupError(message, "Check that the Go module proxy can be reached (go env GOPROXY).");
  }
  if (/requires go >= |toolchain not available/.test(output)) {
    return new SetupError(message, "Install Go 1.26 or newer.");
  }
  return new SetupError(message, `Put ${program} on the PATH, or mend the cause above and try again.`);
}
