import { link, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { cached, cacheKey } from "./cache.mjs";

/**
 * Makes a home for Pulumi that holds the plugins which were built. In the user's own home they would stand in for the
 * released ones in every other project, and on the PATH Pulumi would warn of them at every command.
 * @param {readonly { plugin: import("./versions.mjs").PluginPin, folder: string }[]} built
 * @returns {Promise<string>} the folder, for PULUMI_HOME
 */
export async function makePulumiHome(built) {
  return cached({
    name: "pulumi-home",
    key: await cacheKey(built.map(({ folder }) => folder)),
    build: async (home) => {
      for (const { plugin, folder } of built) {
        const target = join(home, "plugins", `resource-${plugin.name}-v${plugin.version}`);
        await mkdir(target, { recursive: true });
        const program = `pulumi-resource-${plugin.name}`;
        await link(join(folder, program), join(target, program));
      }
    },
  });
}
