// Decision: an answer carries what its schema names and nothing else, so that a row put into a loose schema leaks no field.
import { isJsonObject, type JsonObject, type JsonSchema, type JsonValue, schemaParts } from "@lintel/specs";

/** Keeps of a value what a schema names. */
export type Project = (value: JsonValue) => JsonValue;

/**
 * Compiles an output schema to the projection of its values: properties that it does not name are dropped, at any depth. A
 * schema under `additionalProperties` names every property, and one that says nothing at all (as of a `json` field) names
 * everything: both without `withheld`, the names of sensitive fields.
 */
export function compileProjection(schema: JsonSchema, withheld: ReadonlySet<string> = new Set()): Project {
  return projection(schema, { root: schema, withheld, known: new Map() });
}

interface Site {
  readonly root: JsonSchema;
  readonly withheld: ReadonlySet<string>;
  /** By schema: references may go in circles. */
  readonly known: Map<JsonValue, Project>;
}

const nothing: JsonSchema = { type: "object" };

function projection(schema: JsonValue, site: Site): Project {
  return (value) => {
    const found = site.known.get(schema) ?? compile(schema, site);
    site.known.set(schema, found);
    return found(value);
  };
}

function compile(schema: JsonValue, site: Site): Project {
  const parts = isJsonObject(schema) ? schemaParts(schema, site.root) : [];
  if (parts.every(saysNothing)) return (value) => withhold(value, site.withheld);
  const ordered = parts.flatMap(({ prefixItems }) => prefixItems ?? []).map((part) => projection(part, site));
  const [item = nothing] = parts.flatMap(({ items }) => items ?? []);
  const element = projection(item, site);
  const properties = Object.assign({}, ...parts.map((part) => part["properties"] ?? {})) as JsonObject;
  const fields = new Map(Object.entries(properties).map(([name, inner]) => [name, projection(inner, site)] as const));
  const [other] = parts.flatMap(({ additionalProperties: inner }) => (isJsonObject(inner) ? [inner] : []));
  const rest = other === undefined ? undefined : projection(other, site);
  const fieldOf = (name: string): Project | undefined =>
    fields.get(name) ?? (site.withheld.has(name) ? undefined : rest);
  return (value) => {
    if (Array.isArray(value)) {
      return (value as readonly JsonValue[]).map((one, index) => (ordered[index] ?? element)(one));
    }
    if (!isJsonObject(value)) return value;
    const kept = Object.entries(value).flatMap(([name, inner]) => {
      const project = fieldOf(name);
      return project === undefined ? [] : [[name, project(inner)] as const];
    });
    return Object.fromEntries(kept);
  };
}

function saysNothing(schema: JsonObject): boolean {
  return ["type", "properties", "items", "prefixItems", "additionalProperties"].every(
    (key) => schema[key] === undefined,
  );
}

function withhold(value: JsonValue, names: ReadonlySet<string>): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((one) => withhold(one, names));
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).filter(([name]) => !names.has(name));
  return Object.fromEntries(kept.map(([name, inner]) => [name, withhold(inner, names)] as const));
}
