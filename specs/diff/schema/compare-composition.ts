import { canonicalJson } from "../../bundle/canonical-json.ts";
import { isJsonObject, type JsonSchema } from "../../json.ts";
import type { Difference } from "../change.ts";
import type { compareSchemas } from "./compare-schemas.ts";
import { listedValues } from "./facets.ts";
import { at, below, byDirection, type SchemaSite, schemaAt } from "./site.ts";

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
    const { pairs, gone, come } = matched(old, next);
    const inner = (index: number): SchemaSite => {
      return { ...below(site, `${key}/${String(index)}`, ` (${key} ${String(index + 1)})`), isAlternative: true };
    };
    return [
      ...pairs.flatMap(([one, other]) => compare(one.schema, other.schema, inner(other.index))),
      ...gone.map(({ index }) => {
        const rule = byDirection(site, "request-alternative-removed" as const, "response-alternative-removed" as const);
        return at({ ...inner(index), path: site.path }, rule, "is gone");
      }),
      ...come.map(({ index }) => at(inner(index), addedRule(key, site), "is new")),
    ];
  });
}

function addedRule(key: "anyOf" | "oneOf", site: SchemaSite) {
  if (site.direction === "response") return "response-alternative-added";
  return key === "oneOf" ? "request-one-of-alternative-added" : "request-alternative-added";
}

/** `allOf`: further schemas that must match. */
export function compareConditions(
  before: JsonSchema,
  after: JsonSchema,
  site: SchemaSite,
  compare: Compare,
): readonly Difference[] {
  const { pairs, gone, come } = matched(branches(before, "allOf") ?? [], branches(after, "allOf") ?? []);
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

interface Numbered {
  readonly schema: JsonSchema;
  readonly index: number;
}

interface Matched {
  readonly pairs: readonly (readonly [Numbered, Numbered])[];
  readonly gone: readonly Numbered[];
  readonly come: readonly Numbered[];
}

function branches(schema: JsonSchema, key: string): readonly Numbered[] | undefined {
  const list: unknown = schema[key];
  if (!Array.isArray(list)) return undefined;
  return list.filter(isJsonObject).map((part, index) => ({ schema: part, index }));
}

/** Equal ones belong together, then those told apart by the same constant, then the rest in the order written. */
function matched(old: readonly Numbered[], next: readonly Numbered[]): Matched {
  const pairs: (readonly [Numbered, Numbered])[] = [];
  let [left, right] = [old, next];
  const take = (isPair: (one: JsonSchema, other: JsonSchema) => boolean): void => {
    for (const one of left) {
      const other = right.find(({ schema }) => isPair(one.schema, schema));
      if (other === undefined) continue;
      pairs.push([one, other]);
      left = left.filter((item) => item !== one);
      right = right.filter((item) => item !== other);
    }
  };
  take((one, other) => canonicalJson(one) === canonicalJson(other));
  take((one, other) => discriminator(one) !== "" && discriminator(one) === discriminator(other));
  take((one, other) => discriminator(one) === "" && discriminator(other) === "");
  return { pairs, gone: left, come: right };
}

/** The properties of a schema that can have one value only, with it. */
function discriminator(schema: JsonSchema): string {
  const properties = Object.entries(schemaAt(schema, "properties") ?? {});
  const fixed = properties.flatMap(([name, part]) => {
    const listed = isJsonObject(part) ? listedValues(part) : undefined;
    return listed?.length === 1 ? [[name, listed[0] ?? null] as const] : [];
  });
  return fixed.length === 0 ? "" : canonicalJson(Object.fromEntries(fixed));
}
