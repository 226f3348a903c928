import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildFromGo, isBuilt } from "./build-from-go.mjs";
import { exists } from "./cache.mjs";
import { findProgram } from "./find-program.mjs";
import { runProcess } from "./run-process.mjs";

/** Long enough for the download of the largest plugin; a machine without a connection fails within seconds. */
const downloadMs = 300_000;

/**
 * A resource plugin: one on the PATH, one that Pulumi has or can fetch, else one built from the provider's Go module.
 * @param {import("./versions.mjs").PluginPin} plugin
 * @param {string} pulumi path of the CLI
 * @param {import("./progress.mjs").Progress} progress
 * @returns {Promise<string | undefined>} the folder of one that was built, undefined when Pulumi finds it by itself
 */
export async function findPlugin(plugin, pulumi, progress) {
  const program = `pulumi-resource-${plugin.name}`;
  if ((await findProgram(program)) || (await isInstalled(plugin))) return undefined;
  const goProgram = describeBuild(plugin, program);
  if (await isBuilt(goProgram)) return buildFromGo(goProgram, progress);
  const isFetched = await progress.step(`plugin ${plugin.name} ${plugin.version} by Pulumi`, () =>
    fetch(plugin, pulumi),
  );
  if (isFetched) return undefined;
  progress.note(`the plugin ${plugin.name} cannot be downloaded here`);
  return buildFromGo(goProgram, progress);
}

/**
 * @param {import("./versions.mjs").PluginPin} plugin
 * @param {string} program
 * @returns {import("./build-from-go.mjs").GoProgram}
 */
function describeBuild(plugin, program) {
  const module = fileURLToPath(new URL(`provider-${plugin.name}`, import.meta.url));
  return { module, package: ".", program, ldflags: "-s -w", beside: [] };
}

/**
 * Looks where Pulumi keeps plugins, which is quicker than asking it.
 * @param {import("./versions.mjs").PluginPin} plugin
 */
function isInstalled({ name, version }) {
  const home = process.env.PULUMI_HOME || join(homedir(), ".pulumi");
  return exists(join(home, "plugins", `resource-${name}-v${version}`, `pulumi-resource-${name}`));
}

/**
 * @param {import("./versions.mjs").PluginPin} plugin
 * @param {string} pulumi
 */
async function fetch({ name, version }, pulumi) {
  const args = ["plugin", "install", "resource", name, version, "--non-interactive"];
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  return (await runProcess(pulumi, args, { env, timeoutMs: downloadMs })).code === 0;
}
