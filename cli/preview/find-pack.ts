import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the built pack: the given one, else the one that comes with Lintel; undefined where it is not there. */
export function findPack(given: string | undefined): string | undefined {
  const folders = given === undefined ? packsOfLintel() : [resolve(given)];
  return folders.find((folder) => existsSync(join(folder, "PulumiPolicy.yaml")));
}

/** Beside the package's door or, where that is the built pack itself, around it; none where the package is not installed. */
function packsOfLintel(): readonly string[] {
  try {
    const folder = dirname(fileURLToPath(import.meta.resolve("@lintel/policypack")));
    return [join(folder, "dist"), folder];
  } catch {
    return [];
  }
}
