import { isJsonObject, type JsonSchema, type JsonValue } from "../../json.ts";
import type { Difference } from "../change.ts";
import type { compareSchemas } from "./compare-schemas.ts";
import { at, below, byDirection, type SchemaSite, schemaAt } from "./site.ts";

type Compare = typeof compareSchemas;

/** What a schema says of a property: its schema, `false` where it is refused, `true` where anything goes. */
type Part = JsonSchema | boolean;

/** Properties of two object schemas: which there are, which must be there, and what they hold. */
export function compareProperties(
  before: JsonSchema,
  after: JsonSchema,
  site: SchemaSite,
  compare: Compare,
): readonly Difference[] {
  const named = (schema: JsonSchema): readonly string[] => Object.keys(schemaAt(schema, "properties") ?? {});
  const names = [...new Set([...named(before), ...named(after)])];
  return [
    ...names.flatMap((name) =>
      compareProperty(name, before, after, below(site, `properties/${name}`, `.${name}`), compare),
    ),
    ...compareUnknown(before, after, site, compare),
  ];
}

function partOf(schema: JsonSchema, name: string): Part {
  const properties = schemaAt(schema, "properties") ?? {};
  if (Object.hasOwn(properties, name)) return properties[name] as JsonSchema;
  return unknownPart(schema);
}

function unknownPart(schema: JsonSchema): Part {
  const unknown: JsonValue | undefined = schema["additionalProperties"];
  return isJsonObject(unknown) || unknown === false ? unknown : true;
}

function isNamed(schema: JsonSchema, name: string): boolean {
  return Object.hasOwn(schemaAt(schema, "properties") ?? {}, name);
}

function isRequired(schema: JsonSchema, name: string): boolean {
  const required = schema["required"];
  return Array.isArray(required) && required.includes(name);
}

function compareProperty(
  name: string,
  before: JsonSchema,
  after: JsonSchema,
  site: SchemaSite,
  compare: Compare,
): readonly Difference[] {
  const [was, is] = [isNamed(before, name), isNamed(after, name)];
  if (site.direction === "response") {
    if (!is) return [goneFromOutput(isRequired(before, name), site)];
    if (!was && !isJsonObject(unknownPart(before))) return [at(site, "response-property-added", "is new")];
  } else {
    if (!was) return cameToInput(name, before, after, site, compare);
    if (!is) return goneFromInput(name, before, after, site, compare);
  }
  const [old, next] = [partOf(before, name), partOf(after, name)];
  const presence = comparePresence(name, before, after, site);
  if (!isJsonObject(old) || !isJsonObject(next)) return presence;
  const inner = compare(old, next, site);
  // That the default is gone is said already by what it leads to.
  const isSaid = presence.some(({ rule }) => rule === "request-property-became-required");
  const rest = inner.filter(({ rule, path }) => !(rule === "request-default-changed" && path === site.path));
  return [...presence, ...(isSaid ? rest : inner)];
}

function comparePresence(name: string, before: JsonSchema, after: JsonSchema, site: SchemaSite): readonly Difference[] {
  const [had, has] = [isRequired(before, name), isRequired(after, name)];
  if (site.direction === "request" && !isNeeded(name, before, site) && isNeeded(name, after, site)) {
    const said = had ? "its default is gone, and it must be sent now" : "was optional, is required now";
    return [at(site, "request-property-became-required", said)];
  }
  if (had && !has) {
    const rule = byDirection(
      site,
      "request-property-became-optional" as const,
      "response-property-became-optional" as const,
    );
    return [at(site, rule, "was required, is optional now")];
  }
  if (had === has || site.direction === "request") return [];
  return [at(site, "response-property-became-required", "was optional, is required now")];
}

/** Whether a call without the property is refused: the validator fills the default in before it looks at what is required. */
function isNeeded(name: string, schema: JsonSchema, { isAlternative }: SchemaSite): boolean {
  return isRequired(schema, name) && (isAlternative === true || !hasDefault(schema, name));
}

function hasDefault(schema: JsonSchema, name: string): boolean {
  const part = partOf(schema, name);
  return isJsonObject(part) && part["default"] !== undefined;
}

function goneFromOutput(wasRequired: boolean, site: SchemaSite): Difference {
  return wasRequired
    ? at(site, "response-property-removed", "was always there, is gone")
    : at(site, "response-optional-property-removed", "is gone");
}

function cameToInput(
  name: string,
  before: JsonSchema,
  after: JsonSchema,
  site: SchemaSite,
  compare: Compare,
): readonly Difference[] {
  const added =
    isNeeded(name, after, site) && !isRequired(before, name)
      ? at(site, "request-required-property-added", "is new, and must be sent")
      : at(site, "request-property-added", "is new, and may be sent");
  const unknown = unknownPart(before);
  if (unknown === false) return [added];
  if (unknown !== true) return [added, ...compare(unknown, partOf(after, name) as JsonSchema, site)];
  const said = "could be anything, as an unknown property, and has a schema now";
  return [added, at(site, "request-open-property-constrained", said)];
}

function goneFromInput(
  name: string,
  before: JsonSchema,
  after: JsonSchema,
  site: SchemaSite,
  compare: Compare,
): readonly Difference[] {
  const unknown = unknownPart(after);
  if (unknown === false) return [at(site, "request-property-removed", "is refused now")];
  const ignored = at(site, "request-property-ignored", "is an unknown property now");
  if (unknown === true) return [ignored];
  return [ignored, ...compare(partOf(before, name) as JsonSchema, unknown, site)];
}

/** Properties that neither schema names. */
function compareUnknown(
  before: JsonSchema,
  after: JsonSchema,
  site: SchemaSite,
  compare: Compare,
): readonly Difference[] {
  const [old, next] = [unknownPart(before), unknownPart(after)];
  if (old === next) return [];
  if (next === false) {
    const rule = byDirection(site, "request-object-closed" as const, "response-limit-tightened" as const);
    return [at(site, rule, "unknown properties are refused now")];
  }
  if (old === false) {
    const rule = byDirection(site, "request-limit-loosened" as const, "response-object-opened" as const);
    return [at(site, rule, "unknown properties may be there now")];
  }
  const inner = below(site, "additionalProperties", ".*");
  // Of an open output the executor sends only what is named, so that nothing is lost or new where no schema stands.
  if (site.direction === "response" && !isJsonObject(old))
    return [at(inner, "response-object-opened", "may be there now")];
  return compare(isJsonObject(old) ? old : {}, isJsonObject(next) ? next : {}, inner);
}
