import type { Policies } from "@pulumi/policy";

/** What an organization configures, by policy: an enforcement level of CrossGuard's and the policy's own properties. */
export type PackConfiguration = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * What is wrong with a configuration. The engine checks known properties against their JSON Schema and takes unknown names
 * in silence: a misspelt rule would leave everything as loose as it was.
 */
export function configurationProblems(policies: Policies, configuration: PackConfiguration): readonly string[] {
  const known = new Map(policies.map((policy) => [policy.name, policy] as const));
  return Object.entries(configuration).flatMap(([name, properties]) => {
    const given = Object.keys(properties).filter((key) => key !== "enforcementLevel");
    if (name === "all") return given.map((key) => `"all" takes an enforcement level only, not "${key}"`);
    const policy = known.get(name);
    if (policy === undefined) return [`there is no policy "${name}"${didYouMean(name, [...known.keys()])}`];
    const own = Object.keys(policy.configSchema?.properties ?? {});
    const listed = own.length === 0 ? "it has none" : `it has ${own.join(", ")}`;
    return given.filter((key) => !own.includes(key)).map((key) => `"${name}" has no property "${key}"; ${listed}`);
  });
}

/** Policies that the configuration makes weaker than the pack has them; CrossGuard allows it, so it must be visible. */
export function loweredPolicies(policies: Policies, configuration: PackConfiguration): readonly string[] {
  return policies
    .filter(({ name, enforcementLevel }) => {
      const level = configuration[name]?.["enforcementLevel"];
      return level === "disabled" || (level === "advisory" && enforcementLevel === "mandatory");
    })
    .map(({ name }) => name);
}

function didYouMean(name: string, known: readonly string[]): string {
  const words = new Set(name.split("-"));
  const shared = (other: string): number => other.split("-").filter((word) => words.has(word)).length;
  const best = [...known].sort((a, b) => shared(b) - shared(a))[0];
  return best === undefined || shared(best) === 0 ? "" : `; did you mean "${best}"?`;
}
