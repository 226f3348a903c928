import type { SpecText } from "@lintel/specs";
import { createTwoFilesPatch } from "diff";

/** What changed, as `git apply` takes it; empty where nothing did. */
export function unifiedDiff(before: readonly SpecText[], after: readonly SpecText[]): string {
  const texts = new Map(before.map(({ path, text }) => [path, text]));
  const patches = after.flatMap(({ path, text }) => {
    const old = texts.get(path);
    if (old === text) return [];
    const from = old === undefined ? "/dev/null" : `a/${path}`;
    const patch = createTwoFilesPatch(from, `b/${path}`, old ?? "", text, undefined, undefined, { context: 3 });
    return [patch.replace(/^=+\n/, "")];
  });
  return patches.join("");
}
