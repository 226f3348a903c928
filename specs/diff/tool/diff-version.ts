import type { Tool } from "../../language/tool.ts";
import { type Difference, values } from "../change.ts";
import { diffRules } from "../rules/index.ts";

/** Whether the version tells of what was found. */
export function diffVersion(
  before: Tool,
  after: Tool,
  found: readonly Difference[],
  path: string,
): readonly Difference[] {
  // A generated tool has no version that anybody could raise.
  if (after.origin === "crud") return [];
  const at = { path: `${path}/version`, ...values(before.version, after.version) };
  if (isLower(after.version, before.version)) {
    return [{ rule: "version-lowered", message: `version ${before.version} is ${after.version} now`, ...at }];
  }
  const isBreaking = found.some(({ rule }) => diffRules[rule].level === "breaking");
  const [major = 0, nextMajor = 0] = [partsOf(before.version)[0], partsOf(after.version)[0]];
  if (!isBreaking || nextMajor > major) return [];
  const message = `breaks its callers; version ${before.version} should become ${String(major + 1)}.0.0`;
  return [{ rule: "version-not-raised", message, ...at }];
}

function isLower(version: string, than: string): boolean {
  const [parts, others] = [partsOf(version), partsOf(than)];
  const first = parts.findIndex((part, index) => part !== others[index]);
  return first >= 0 && (parts[first] ?? 0) < (others[first] ?? 0);
}

/** Major, minor and patch. */
function partsOf(version: string): readonly number[] {
  return version.split(".").map(Number);
}
