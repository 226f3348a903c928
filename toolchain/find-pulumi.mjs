import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildFromGo, isBuilt } from "./build-from-go.mjs";
import { cached } from "./cache.mjs";
import { findProgram, isAtLeast, isProgram } from "./find-program.mjs";
import { runProcess } from "./run-process.mjs";
import { oldestPulumiVersion, pulumiVersion } from "./versions.mjs";

/** Long enough to download the CLI and its language hosts over a slow line. */
const downloadMs = 180_000;

/** @type {import("./build-from-go.mjs").GoProgram} */
const goProgram = {
  module: fileURLToPath(new URL("pulumi-cli", import.meta.url)),
  package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  program: "pulumi",
  ldflags: `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${pulumiVersion}`,
  beside: [fileURLToPath(new URL("language-nodejs/pulumi-language-nodejs", import.meta.url))],
};

/**
 * The Pulumi CLI: a fitting one on the PATH, one that the npm package `pulumi` fetched or can fetch, else one built.
 * @param {import("./progress.mjs").Progress} progress
 * @returns {Promise<string>} the folder that holds it
 */
export async function findPulumi(progress) {
  const onPath = await findOnPath(progress);
  if (onPath) return onPath;
  if (await isProgram(join(fetchedFolder(), "pulumi"))) return fetchedFolder();
  if (await isBuilt(goProgram)) return buildFromGo(goProgram, progress);
  const isFetched = await progress.step(`Pulumi ${pulumiVersion} by the npm package pulumi`, () =>
    fetchByNpm(progress),
  );
  if (isFetched) return fetchedFolder();
  progress.note("Pulumi cannot be downloaded here");
  return buildFromGo(goProgram, progress);
}

/** @param {import("./progress.mjs").Progress} progress */
async function findOnPath(progress) {
  const program = await findProgram("pulumi");
  if (!program) return undefined;
  const version = (await runProcess(program, ["version"], { timeoutMs: 20_000 })).stdout.trim();
  if (/^v?\d+\.\d+/.test(version) && isAtLeast(version, oldestPulumiVersion)) return dirname(program);
  progress.note(`${program} is ${version || "broken"}, ${oldestPulumiVersion} or newer is needed: taking another one`);
  return undefined;
}

/** Where the npm package and Pulumi's Automation API keep the CLI with its language hosts. */
function fetchedFolder() {
  return join(process.env.PULUMI_HOME || join(homedir(), ".pulumi"), "versions", pulumiVersion, "bin");
}

/** @param {import("./progress.mjs").Progress} progress */
async function fetchByNpm(progress) {
  const folder = await cached({
    name: "pulumi-npm",
    key: pulumiVersion,
    build: async (target) => {
      const args = ["install", "--no-save", "--no-audit", "--no-fund", "--prefix", target, `pulumi@${pulumiVersion}`];
      await runProcess("npm", args, { cwd: target, timeoutMs: downloadMs });
    },
    onWait: () => progress.note("another set-up is at work, waiting for it"),
  });
  const launcher = join(folder, "node_modules", "pulumi", "run.js");
  await runProcess(process.execPath, [launcher, "version"], { timeoutMs: downloadMs });
  return isProgram(join(fetchedFolder(), "pulumi"));
}
