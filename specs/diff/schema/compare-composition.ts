import { isJsonObject, type JsonSchema } from "../../json.ts";
import type { Difference } from "../change.ts";
import { diffRules } from "../rules/index.ts";
import { areDisjoint } from "./are-disjoint.ts";
import type { compareSchemas } from "./compare-schemas.ts";
import { type Fits, matchBranches, type Numbered } from "./match-branches.ts";
import { at, below, byDirection, type SchemaSite } from "./site.ts";

type Compare = typeof compareSchemas;

/** `anyOf` and `oneOf`: alternatives that went, came or changed. */
export function compareAlternatives(
  before: JsonSchema,
  after: JsonSchema,
  site: SchemaSite,
  compare: Compare,
): readonly Difference[] {
  return (["anyOf", "oneOf"] as const).flatMap((key) => {
    const [old, next] = [branches(before, key), branches(after, key)];
    if (old === undefined && next === undefined) return [];
    if (old === undefined || next === undefined) return conditionChanged(key, old === undefined, site);
    const inner = (index: number): SchemaSite => {
      return { ...below(site, `${key}/${String(index)}`, ` (${key} ${String(index + 1)})`), isAlternative: true };
    };
    const fits = fitting(inner(0), compare);
    const { pairs, gone, come } = matchBranches(old, next, fits);
    const isHeld = (one: Numbered): boolean => key === "anyOf" && next.some(({ schema }) => fits(one.schema, schema));
    const isPart = (one: Numbered): boolean => key === "anyOf" && old.some(({ schema }) => fits(schema, one.schema));
    return [
      ...pairs.flatMap(([one, other]) => [
        ...compare(one.schema, other.schema, inner(other.index)),
        ...(key === "oneOf" ? widened(one, other, next, inner(other.index), fits) : []),
      ]),
      ...gone.map((one) => at({ ...inner(one.index), path: site.path }, goneRule(isHeld(one), site), "is gone")),
      ...come.map((one) => at(inner(one.index), addedRule(key, isPart(one), overlaps(one, next), site), "is new")),
    ];
  });
}

/** Whether a change from one schema to the other breaks nobody. */
function fitting(site: SchemaSite, compare: Compare): Fits {
  return (one, other) => compare(one, other, site).every(({ rule }) => diffRules[rule].level !== "breaking");
}

function overlaps(one: Numbered, all: readonly Numbered[]): boolean {
  return all.some((other) => other.index !== one.index && !areDisjoint(one.schema, other.schema));
}

/** Exactly one alternative must match: one that takes more may take what another one takes as well. */
function widened(
  before: Numbered,
  after: Numbered,
  all: readonly Numbered[],
  site: SchemaSite,
  fits: Fits,
): readonly Difference[] {
  if (site.direction === "response" || fits(after.schema, before.schema) || !overlaps(after, all)) return [];
  return [at(site, "request-one-of-alternative-widened", "takes more, maybe what another alternative takes")];
}

function goneRule(isHeld: boolean, site: SchemaSite) {
  if (site.direction === "response") return "response-alternative-removed";
  return isHeld ? "request-limit-loosened" : "request-alternative-removed";
}

function addedRule(key: "anyOf" | "oneOf", isPart: boolean, isOverlapping: boolean, site: SchemaSite) {
  if (site.direction === "response") return isPart ? "response-limit-tightened" : "response-alternative-added";
  return key === "oneOf" && isOverlapping ? "request-one-of-alternative-added" : "request-alternative-added";
}

/** `allOf`: further schemas that must match. */
export function compareConditions(
  before: JsonSchema,
  after: JsonSchema,
  site: SchemaSite,
  compare: Compare,
): readonly Difference[] {
  const [old, next] = [branches(before, "allOf") ?? [], branches(after, "allOf") ?? []];
  const { pairs, gone, come } = matchBranches(old, next, fitting(site, compare));
  return [
    ...pairs.flatMap(([one, other]) =>
      compare(
        one.schema,
        other.schema,
        below(site, `allOf/${String(other.index)}`, ` (allOf ${String(other.index + 1)})`),
      ),
    ),
    ...gone.flatMap(() => conditionChanged("allOf", false, site)),
    ...come.flatMap(() => conditionChanged("allOf", true, site)),
  ];
}

function conditionChanged(key: string, isAdded: boolean, site: SchemaSite): readonly Difference[] {
  if (isAdded) {
    const rule = byDirection(site, "request-condition-added" as const, "response-limit-tightened" as const);
    return [at(site, rule, `must match ${key} now`)];
  }
  const rule = byDirection(site, "request-limit-loosened" as const, "response-condition-removed" as const);
  return [at(site, rule, `need not match ${key} any more`)];
}

function branches(schema: JsonSchema, key: string): readonly Numbered[] | undefined {
  const list: unknown = schema[key];
  if (!Array.isArray(list)) return undefined;
  return list.filter(isJsonObject).map((part, index) => ({ schema: part, index }));
}
