import type { Tool } from "../../language/tool.ts";
import { type Difference, values } from "../change.ts";

/** A tool that is gone; after its sunset date (RFC 8594) nobody was promised it. */
export function removal({ name, deprecated, sunset }: Tool, today: string): Difference {
  const path = `tool/${name}`;
  if (sunset !== undefined && sunset < today) {
    return { rule: "tool-removed-after-sunset", path, message: `${name} is gone; its sunset was ${sunset}` };
  }
  if (!deprecated && sunset === undefined) return { rule: "tool-removed", path, message: `${name} is gone` };
  const message = `${name} is gone; ${sunset === undefined ? "it was deprecated without a sunset date" : `its sunset is ${sunset}`}`;
  return { rule: "tool-removed-before-sunset", path, message };
}

export function diffLifecycle(before: Tool, after: Tool, path: string): readonly Difference[] {
  const deprecation: Difference = {
    rule: after.deprecated ? "tool-deprecated" : "tool-undeprecated",
    path: `${path}/deprecated`,
    message: after.deprecated ? "is deprecated" : "is no longer deprecated",
  };
  return [...(before.deprecated === after.deprecated ? [] : [deprecation]), ...diffSunset(before, after, path)];
}

function diffSunset({ sunset: old }: Tool, { sunset: next }: Tool, path: string): readonly Difference[] {
  if (old === next) return [];
  const at = { path: `${path}/sunset`, ...values(old, next) };
  if (old === undefined) return [{ rule: "sunset-set", message: `may be removed after ${next ?? ""}`, ...at }];
  if (next === undefined) return [{ rule: "sunset-extended", message: `stays; its sunset was ${old}`, ...at }];
  const rule = next < old ? "sunset-shortened" : "sunset-extended";
  return [{ rule, message: `sunset ${old} is ${next} now`, ...at }];
}
