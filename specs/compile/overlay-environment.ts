import type { JsonValue } from "../json.ts";
import { suggestion } from "../load/did-you-mean.ts";
import type { Path, Report } from "../load/report.ts";
import type { AuthoredOverrides, AuthoredProvider, AuthoredWorkspace } from "./compile-workspace.ts";

interface Overlaid {
  readonly authored: AuthoredWorkspace;
  /** Where a key's value comes from: the environment's path when it overrides it. */
  readonly overridden: (path: Path) => Path;
}

/** The workspace with one environment's overrides; every environment is checked, also those that are not chosen. */
export function overlayEnvironment(authored: AuthoredWorkspace, name: string | undefined, report: Report): Overlaid {
  for (const [each, overrides] of Object.entries(authored.environments ?? {})) {
    checkOverrides(authored, overrides, ["environments", each], report);
  }
  if (name === undefined) return { authored, overridden: (path) => path };
  const environments = authored.environments ?? {};
  const chosen = Object.hasOwn(environments, name) ? environments[name] : undefined;
  if (chosen === undefined) {
    const hint = suggestion(name, Object.keys(environments)) ?? "it declares none: leave the environment out";
    report("unknown-environment", ["environments"], { name }, { hint, at: "key" });
    return { authored, overridden: (path) => path };
  }
  return {
    authored: merge(authored, chosen),
    overridden: (path) => (has(chosen, path) ? ["environments", name, ...path] : path),
  };
}

function merge(authored: AuthoredWorkspace, chosen: AuthoredOverrides): AuthoredWorkspace {
  const providers = Object.entries(authored.providers ?? {}).map(([name, provider]): [string, AuthoredProvider] => [
    name,
    { ...provider, ...chosen.providers?.[name] },
  ]);
  return {
    ...authored,
    region: chosen.region ?? authored.region,
    auth: { ...authored.auth, ...chosen.auth },
    providers: Object.fromEntries(providers),
    limits: { ...authored.limits, ...chosen.limits },
    values: { ...authored.values, ...chosen.values },
  };
}

function checkOverrides(authored: AuthoredWorkspace, overrides: AuthoredOverrides, path: Path, report: Report): void {
  for (const key of ["providers", "values"] as const) {
    const known = Object.keys(authored[key] ?? {});
    for (const name of Object.keys(overrides[key] ?? {})) {
      if (known.includes(name)) continue;
      const hint = suggestion(name, known);
      report("unknown-override", [...path, key, name], { name }, { hint, at: "key" });
    }
  }
  for (const [name, value] of Object.entries(overrides.values ?? {})) {
    const expected = authored.values?.[name];
    if (expected === undefined || kindOf(expected) === kindOf(value)) continue;
    report("override-type", [...path, "values", name], { name, found: kindOf(value), expected: kindOf(expected) });
  }
}

function kindOf(value: JsonValue): string {
  if (value === null) return "nothing";
  return Array.isArray(value) ? "a list" : typeof value === "object" ? "a map" : `a ${typeof value}`;
}

function has(value: unknown, path: Path): boolean {
  let at: unknown = value;
  for (const step of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return false;
    at = (at as Readonly<Record<string | number, unknown>>)[step];
  }
  return true;
}
