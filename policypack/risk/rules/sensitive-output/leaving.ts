// What an answer lets out: the executor's projection (executor/boot/project-output.ts), over what a value carries.
import { isJsonObject, type JsonObject, type JsonSchema, type JsonValue, schemaParts } from "@lintel/specs";
import { type Carried, eitherOf, objectOf } from "./carried.ts";

/** What remains of a value after the projection to its output schema; `withheld` are the names of sensitive fields. */
export function leaving(carried: Carried, schema: JsonSchema, withheld: ReadonlySet<string>): Carried {
  return project(carried, schema, { root: schema, withheld });
}

interface Site {
  readonly root: JsonSchema;
  readonly withheld: ReadonlySet<string>;
}

const closed: JsonSchema = { type: "object" };

function project(carried: Carried, schema: JsonValue, site: Site): Carried {
  const parts = isJsonObject(schema) ? schemaParts(schema, site.root) : [];
  if (parts.every(saysNothing)) return withhold(carried, site.withheld);
  const items = parts.flatMap(({ prefixItems, items: item }) => [prefixItems ?? [], item ?? []].flat());
  const properties = Object.assign({}, ...parts.map((part) => part["properties"] ?? {})) as JsonObject;
  const other = parts.map(({ additionalProperties: inner }) => inner).find((inner) => isJsonObject(inner));
  const fields = [...carried.fields].flatMap(([name, part]) => {
    const named = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const inner = named ?? (site.withheld.has(name) ? undefined : other);
    return inner === undefined ? [] : [[name, project(part, inner, site)] as const];
  });
  const { element } = carried;
  const inner =
    element === undefined ? [] : (items.length === 0 ? [closed] : items).map((item) => project(element, item, site));
  return { ...objectOf(fields), own: carried.own, ...(inner.length === 0 ? {} : { element: eitherOf(inner) }) };
}

function saysNothing(schema: JsonObject): boolean {
  return ["type", "properties", "items", "prefixItems", "additionalProperties"].every(
    (key) => schema[key] === undefined,
  );
}

function withhold({ own, fields, element }: Carried, names: ReadonlySet<string>): Carried {
  const kept = [...fields].filter(([name]) => !names.has(name));
  const open = objectOf(kept.map(([name, part]) => [name, withhold(part, names)] as const));
  return { ...open, own, ...(element === undefined ? {} : { element: withhold(element, names) }) };
}
