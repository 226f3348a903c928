import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the built pack: the given one, else the one that comes with Lintel; undefined where it is not there. */
export function findPack(given: string | undefined): string | undefined {
  const folder = given === undefined ? packOfLintel() : resolve(given);
  return existsSync(join(folder, "PulumiPolicy.yaml")) ? folder : undefined;
}

function packOfLintel(): string {
  return join(dirname(fileURLToPath(import.meta.resolve("@lintel/policypack"))), "dist");
}
