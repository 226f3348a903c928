import { access, constants, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";

/**
 * The full path of a program on the PATH, or undefined.
 * @param {string} name
 * @param {string} [path] a PATH
 * @returns {Promise<string | undefined>}
 */
export async function findProgram(name, path = process.env.PATH ?? "") {
  for (const folder of path.split(delimiter)) {
    if (folder === "") continue;
    const candidate = join(folder, name);
    if (await isProgram(candidate)) return candidate;
  }
  return undefined;
}

/** @param {string} file */
export async function isProgram(file) {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

/**
 * Whether a dotted version is another one or newer; what follows a hyphen is not looked at.
 * @param {string} version
 * @param {string} oldest
 */
export function isAtLeast(version, oldest) {
  const numbers = (/** @type {string} */ text) => text.replace(/^v/, "").split("-")[0]?.split(".").map(Number) ?? [];
  const [have, want] = [numbers(version), numbers(oldest)];
  for (const [position, wanted] of want.entries()) {
    const difference = (have[position] ?? 0) - wanted;
    if (difference !== 0) return difference > 0;
  }
  return true;
}
