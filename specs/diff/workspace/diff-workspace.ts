import type { Provider, Workspace } from "../../language/workspace.ts";
import { pairByName, removedAndAdded } from "../by-name.ts";
import { type Difference, values } from "../change.ts";
import type { DiffRuleId } from "../rules/index.ts";
import { isSame, shown } from "../schema/site.ts";

type Comparable = Parameters<typeof isSame>[0];

export function diffWorkspace(before: Workspace, after: Workspace): readonly Difference[] {
  return [
    ...changed("workspace-renamed", "name", before.name, after.name),
    ...changed("region-changed", "region", before.region, after.region),
    ...listed(before.roles, after.roles, "roles", "role", ["role-removed", "role-added"]),
    ...diffAuth(before, after),
    ...diffProviders(before.providers, after.providers),
    ...listed(before.secrets, after.secrets, "providers", "secret", ["secret-removed", "secret-added"]),
    ...diffLimits(before, after),
    ...eachKey(before.defaults, after.defaults, "defaults", (old, next) =>
      isLower(old, next) ? "default-lowered" : "defaults-changed",
    ),
    ...eachKey(before.values, after.values, "values", () => "value-changed"),
  ];
}

function changed(rule: DiffRuleId, key: string, before: Comparable, after: Comparable): readonly Difference[] {
  if (isSame(before, after)) return [];
  const message = `${key} ${shown(before)} is ${shown(after)} now`;
  return [{ rule, path: `workspace/${key}`, message, ...values(before, after) }];
}

function listed(
  before: readonly string[],
  after: readonly string[],
  key: string,
  what: string,
  [gone, come]: readonly [DiffRuleId, DiffRuleId],
): readonly Difference[] {
  const { removed, added } = removedAndAdded(before, after);
  const path = `workspace/${key}`;
  return [
    ...removed.map((item): Difference => ({ rule: gone, path, message: `${what} ${item} is gone`, before: item })),
    ...added.map((item): Difference => ({ rule: come, path, message: `${what} ${item} is new`, after: item })),
  ];
}

function diffAuth({ auth: before }: Workspace, { auth: after }: Workspace): readonly Difference[] {
  return [
    ...changed("auth-issuer-changed", "auth/issuer", before.issuer, after.issuer),
    ...changed("auth-audience-changed", "auth/audience", before.audience, after.audience),
    ...changed("auth-keys-changed", "auth/jwks", before.jwks, after.jwks),
    ...changed("auth-role-claim-changed", "auth/roleClaim", before.roleClaim, after.roleClaim),
    ...listed(before.algorithms, after.algorithms, "auth/algorithms", "algorithm", [
      "auth-algorithm-removed",
      "auth-algorithm-added",
    ]),
  ];
}

function diffProviders(before: readonly Provider[], after: readonly Provider[]): readonly Difference[] {
  const { gone, come, kept } = pairByName(before, after);
  const at = ({ name }: Provider) => `workspace/providers/${name}`;
  return [
    ...gone.map((item): Difference => {
      return { rule: "provider-removed", path: "workspace/providers", message: `provider ${item.name} is gone` };
    }),
    ...come.map((item): Difference => {
      return { rule: "provider-added", path: at(item), message: `provider ${item.name} (${item.type}) is new` };
    }),
    ...kept.flatMap(([{ rateLimit: oldRate, ...old }, { rateLimit: nextRate, ...next }]) => [
      ...changed("provider-changed", `providers/${next.name}`, { ...old }, { ...next }),
      ...changed(
        rate(nextRate) < rate(oldRate) ? "provider-rate-limit-lowered" : "provider-rate-limit-raised",
        `providers/${next.name}/rateLimit`,
        oldRate,
        nextRate,
      ),
    ]),
  ];
}

/** Requests per millisecond. */
function rate(limit: Provider["rateLimit"]): number {
  return limit === undefined ? Infinity : limit.requests / limit.per;
}

function diffLimits({ limits: before }: Workspace, { limits: after }: Workspace): readonly Difference[] {
  const rules = {
    bodySize: "body-size-lowered",
    executionTime: "execution-time-lowered",
    externalCalls: "external-calls-lowered",
  } as const;
  const isSlower = rate(after.rateLimit) < rate(before.rateLimit);
  const rates = changed(
    isSlower ? "call-rate-lowered" : "limit-raised",
    "limits/rateLimit",
    before.rateLimit,
    after.rateLimit,
  );
  const others = (Object.keys(rules) as readonly (keyof typeof rules)[]).flatMap((key) => {
    const rule = after[key] < before[key] ? rules[key] : "limit-raised";
    return changed(rule, `limits/${key}`, before[key], after[key]);
  });
  return [...others, ...rates];
}

/** A ceiling where there was none, or a lower one. */
function isLower(before: Comparable, after: Comparable): boolean {
  return typeof after === "number" && after < (typeof before === "number" ? before : Infinity);
}

function eachKey(
  before: object,
  after: object,
  key: string,
  ruleOf: (before: Comparable, after: Comparable) => DiffRuleId,
): readonly Difference[] {
  const [old, next] = [before, after] as readonly Readonly<Record<string, Comparable>>[];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) =>
    changed(ruleOf(old?.[name], next?.[name]), `${key}/${name}`, old?.[name], next?.[name]),
  );
}
