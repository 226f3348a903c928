// Decision: two schemas are compared keyword by keyword; a narrowing breaks an input, a widening an output. What cannot be decided counts as breaking.
import type { JsonSchema, JsonValue } from "../../json.ts";
import type { Difference } from "../change.ts";
import { compareAlternatives, compareConditions } from "./compare-composition.ts";
import { compareProperties } from "./compare-properties.ts";
import { type Facet, facets, type JsonType, listedValues, narrowedTo, typesOf } from "./facets.ts";
import { at, below, byDirection, isSame, type SchemaSite, schemaAt, shown } from "./site.ts";

/** Every difference of what two schemas let pass, at any depth. */
export function compareSchemas(before: JsonSchema, after: JsonSchema, site: SchemaSite): readonly Difference[] {
  if (isSame(before, after)) return [];
  const [old, next] = [typesOf(before), typesOf(after)];
  const common = new Set([...old].filter((type) => next.has(type)));
  return [
    ...compareTypes(old, next, site),
    ...compareListed(before, after, common, site),
    ...facets.flatMap((facet) => compareFacet(facet, before, after, common, site)),
    ...(common.has("array") ? compareItems(before, after, site) : []),
    ...(common.has("object") ? compareProperties(before, after, site, compareSchemas) : []),
    ...compareAlternatives(before, after, site, compareSchemas),
    ...compareConditions(before, after, site, compareSchemas),
    ...compareDefaults(before, after, site),
  ];
}

type Types = ReadonlySet<JsonType>;

function compareTypes(old: Types, next: Types, site: SchemaSite): readonly Difference[] {
  return [...compareNull(old.has("null"), next.has("null"), site), ...compareOthers(old, next, site)];
}

function compareNull(was: boolean, is: boolean, site: SchemaSite): readonly Difference[] {
  if (was === is) return [];
  const [could, can] = was ? (["could be null", "cannot be"] as const) : (["was never null", "can be"] as const);
  const rule = is
    ? byDirection(site, "request-became-nullable" as const, "response-became-nullable" as const)
    : byDirection(site, "request-became-not-nullable" as const, "response-became-not-nullable" as const);
  return [at(site, rule, `${could}, and ${can} now`)];
}

function compareOthers(old: Types, next: Types, site: SchemaSite): readonly Difference[] {
  const gone = [...old].filter((type) => type !== "null" && !next.has(type));
  const come = [...next].filter((type) => type !== "null" && !old.has(type));
  const said = `was ${named(old)}, is ${named(next)} now`;
  const [narrower, wider] = byDirection(
    site,
    ["request-type-narrowed", "request-type-widened"] as const,
    ["response-type-narrowed", "response-type-widened"] as const,
  );
  return [
    ...(gone.length === 0 ? [] : [at(site, narrower, said, [...old], [...next])]),
    ...(come.length === 0 ? [] : [at(site, wider, said, [...old], [...next])]),
  ];
}

function named(types: Types): string {
  const shortened = [...types].filter((type) => type !== "null" && !(type === "integer" && types.has("number")));
  return shortened.length > 5 ? "anything" : shortened.length === 0 ? "null" : shortened.join(" or ");
}

/** Values of an enum; null and whole types that went or came are told of as types. */
function compareListed(before: JsonSchema, after: JsonSchema, common: Types, site: SchemaSite): readonly Difference[] {
  if ([...common].every((type) => type === "null")) return [];
  const told = (list: readonly JsonValue[] | undefined) =>
    list?.filter((value) => value !== null && [...typesOf({ const: value })].some((type) => common.has(type)));
  const [old, next] = [told(listedValues(before)), told(listedValues(after))];
  if (old === undefined && next === undefined) return [];
  if (next === undefined) {
    const rule = byDirection(site, "request-limit-loosened" as const, "response-enum-dropped" as const);
    return [at(site, rule, "any value where values were listed", old)];
  }
  if (old === undefined) {
    const rule = byDirection(site, "request-enum-set" as const, "response-limit-tightened" as const);
    return [at(site, rule, `only ${shown(next)}`, undefined, next)];
  }
  return compareValues(old, next, site);
}

function compareValues(old: readonly JsonValue[], next: readonly JsonValue[], site: SchemaSite): readonly Difference[] {
  const missing = (from: readonly JsonValue[], list: readonly JsonValue[]) =>
    from.filter((value) => !list.some((other) => isSame(value, other)));
  const [gone, come] = [missing(old, next), missing(next, old)];
  const renames = site.direction === "response" ? renamesAmong(gone, come, site) : [];
  const removed = byDirection(site, "request-enum-value-removed" as const, "response-enum-value-removed" as const);
  const added = byDirection(site, "request-enum-value-added" as const, "response-enum-value-added" as const);
  const isOther = (value: JsonValue): boolean => !renames.some((pair) => pair.includes(value));
  return [
    ...renames.map(([from, to]) =>
      at(site, "response-enum-value-renamed", `${shown(from)} is ${shown(to)} now`, from, to),
    ),
    ...gone.filter(isOther).map((value) => at(site, removed, `${shown(value)} is gone`, value)),
    ...come.filter(isOther).map((value) => at(site, added, `${shown(value)} is new`, undefined, value)),
  ];
}

function renamesAmong(
  gone: readonly JsonValue[],
  come: readonly JsonValue[],
  { renamedValues }: SchemaSite,
): readonly (readonly [JsonValue, JsonValue])[] {
  return gone.flatMap((from) => {
    const to = come.find((value) => renamedValues.get(from)?.some((name) => name === value));
    return to === undefined ? [] : [[from, to] as const];
  });
}

function compareFacet(
  facet: Facet,
  before: JsonSchema,
  after: JsonSchema,
  common: Types,
  site: SchemaSite,
): readonly Difference[] {
  if (!facet.types.some((type) => common.has(type))) return [];
  const { isHarmless, isShifted } = shiftOf(facet, before, after, !common.has("number"), site);
  if (!isShifted) return [];
  const harmless = byDirection(site, "request-limit-loosened" as const, "response-limit-tightened" as const);
  const rule = isHarmless ? harmless : byDirection(site, facet.request, facet.response);
  const said = `${facet.key} ${shown(before[facet.key])} is ${shown(after[facet.key])} now`;
  return [at(site, rule, said, before[facet.key], after[facet.key])];
}

/** Where values are listed, a limit says something only if it keeps one of them out. */
function shiftOf(
  facet: Facet,
  before: JsonSchema,
  after: JsonSchema,
  isWhole: boolean,
  site: SchemaSite,
): { readonly isShifted: boolean; readonly isHarmless: boolean } {
  const harmless = byDirection(site, "widened" as const, "narrowed" as const);
  const listed = listedValues(byDirection(site, before, after));
  if (listed === undefined) {
    const shift = facet.shift(before, after, isWhole);
    return { isShifted: shift !== undefined, isHarmless: shift === harmless };
  }
  const shifts = listed
    .filter((value) => [...typesOf({ const: value })].some((type) => facet.types.includes(type)))
    .map((value) =>
      byDirection(
        site,
        facet.shift(narrowedTo(value, before), after, isWhole),
        facet.shift(before, narrowedTo(value, after), isWhole),
      ),
    );
  return { isShifted: shifts.some((shift) => shift !== undefined && shift !== harmless), isHarmless: false };
}

function compareItems(before: JsonSchema, after: JsonSchema, site: SchemaSite): readonly Difference[] {
  return compareSchemas(schemaAt(before, "items") ?? {}, schemaAt(after, "items") ?? {}, below(site, "items", "[]"));
}

/** Of inputs only, and not in alternatives: there the executor fills defaults in. */
function compareDefaults(before: JsonSchema, after: JsonSchema, site: SchemaSite): readonly Difference[] {
  const [old, next] = [before["default"], after["default"]];
  if (site.direction === "response" || site.isAlternative === true || isSame(old, next)) return [];
  return [at(site, "request-default-changed", `default ${shown(old)} is ${shown(next)} now`, old, next)];
}
