import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findProgram, isProgram } from "./find-program.mjs";

/** Our host's main file in this checkout, for the launcher of that name. */
export const languageHost = fileURLToPath(new URL("language-nodejs/main.ts", import.meta.url));

const program = "pulumi-language-nodejs";

/**
 * The Node language host: Pulumi's own, on the PATH or beside the CLI as its releases have it, else ours.
 * @param {string} pulumiFolder
 * @returns {Promise<string>} the folder that holds it
 */
export async function findLanguageHost(pulumiFolder) {
  const onPath = await findProgram(program);
  if (onPath) return dirname(onPath);
  for (const folder of [pulumiFolder, dirname(await realpath(join(pulumiFolder, "pulumi")))]) {
    if (await isProgram(join(folder, program))) return folder;
  }
  return dirname(languageHost);
}
