import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "./cache.mjs";
import { findLanguageHost, languageHost } from "./find-language-host.mjs";
import { findNode } from "./find-node.mjs";
import { findPlugin } from "./find-plugin.mjs";
import { findPulumi } from "./find-pulumi.mjs";
import { installModules } from "./install-modules.mjs";
import { makePulumiHome } from "./pulumi-home.mjs";
import { plugins } from "./versions.mjs";

/** The root of this checkout. */
export const checkout = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

/**
 * @typedef {"node" | "modules" | "engine"} Part
 * node: a fitting Node; modules: also node_modules; engine: also Pulumi, its language host and its plugins
 */

/**
 * @typedef {object} Prepared
 * @property {string} node path of a fitting Node
 * @property {NodeJS.ProcessEnv} env of a process that uses what was made ready
 */

/**
 * Makes ready what is missing, up to a part, and answers the environment in which it is found. Quick when all is there.
 * Throws a SetupError that names the thing and the remedy.
 * @param {Part} upTo
 * @param {import("./progress.mjs").Progress} progress
 * @returns {Promise<Prepared>}
 */
export async function prepare(upTo, progress) {
  const node = await findNode(progress);
  const basic = environment(node, [dirname(node)]);
  if (upTo === "node") return { node, env: basic };
  await installModules(checkout, basic, progress);
  if (upTo === "modules") return { node, env: basic };
  const { folders, env } = await findEngine(progress);
  return { node, env: { ...environment(node, [dirname(node), ...folders]), ...env } };
}

/**
 * @param {import("./progress.mjs").Progress} progress
 */
async function findEngine(progress) {
  const pulumiFolder = await findPulumi(progress);
  const built = [];
  for (const plugin of plugins) {
    const folder = await findPlugin(plugin, join(pulumiFolder, "pulumi"), progress);
    if (folder) built.push({ plugin, folder });
  }
  return {
    folders: [pulumiFolder, await findLanguageHost(pulumiFolder)],
    env: {
      LINTEL_LANGUAGE_HOST: languageHost,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
      ...(built.length > 0 ? { PULUMI_HOME: await makePulumiHome(built) } : {}),
    },
  };
}

/**
 * @param {string} node
 * @param {readonly string[]} folders
 * @returns {NodeJS.ProcessEnv}
 */
function environment(node, folders) {
  const path = [...new Set([...folders, ...(process.env.PATH ?? "").split(delimiter)])].join(delimiter);
  return { ...process.env, PATH: path, LINTEL_NODE: node, LINTEL_CACHE: cacheFolder() };
}
