import type { JsonObject, JsonSchema, JsonValue } from "../../json.ts";
import type { Entity, Field, FieldType } from "../../language/entity.ts";
import { compact } from "../compact.ts";
import { type ListFilter, listFilters } from "./list-filters.ts";

/** Fields that a caller may give: not generated, computed or the tenant's. */
export function givenFields(entity: Entity): readonly Field[] {
  return entity.fields.filter(
    ({ name, generated, computed }) => !generated && computed === undefined && name !== entity.tenant?.field,
  );
}

/** Fields that a row's answer holds. */
export function shownFields(entity: Entity): readonly Field[] {
  return entity.fields.filter(({ sensitive }) => !sensitive);
}

/** Whether the caller must give a field on create. */
export function isNeeded(field: Field): boolean {
  return !field.nullable && field.default === undefined;
}

export function createInput(entity: Entity): JsonSchema {
  const fields = givenFields(entity);
  const properties = fields.map((field) => {
    const withDefault = field.default === undefined ? {} : { default: field.default };
    return [field.name, { ...schemaOf(field), ...withDefault }] as const;
  });
  return closedObject(
    Object.fromEntries(properties),
    fields.filter(isNeeded).map(({ name }) => name),
  );
}

export function keyInput(): JsonSchema {
  return closedObject({ id: uuid }, ["id"]);
}

export function updateInput(entity: Entity): JsonSchema {
  const fields = givenFields(entity).filter(({ name }) => name !== "id");
  const properties = Object.fromEntries(fields.map((field) => [field.name, schemaOf(field)]));
  return closedObject({ id: uuid, version: { type: "integer", minimum: 1 }, ...properties }, ["id"]);
}

/** Characters; a cursor holds the values that a row is sorted by. */
const maximumCursor = 4096;

/** What narrows a list of the entity. */
export function filtersOf(entity: Entity): readonly ListFilter[] {
  return listFilters(entity, (name) => fieldSchema(entity, name));
}

/** Filters, `sort` by a field or `-field`, `limit` up to the entity's maximum, and `cursor`, the page before's `next`. */
export function listInput(entity: Entity, pageSize: number): JsonSchema {
  const { sortable, maximum } = entity.list;
  const filters = filtersOf(entity).map(({ parameter, schema }) => [parameter, schema] as const);
  const orders = sortable.flatMap((name) => [name, `-${name}`]);
  return closedObject({
    ...Object.fromEntries(filters),
    ...(orders.length === 0 ? {} : { sort: { type: "string", enum: orders } }),
    limit: { type: "integer", minimum: 1, maximum, default: pageSize },
    cursor: { type: "string", minLength: 1, maxLength: maximumCursor },
  });
}

export function rowOutput(entity: Entity): JsonSchema {
  const status = entity.status === undefined ? {} : { [entity.status.field]: enumOf(entity.status.states) };
  const fields = Object.fromEntries(shownFields(entity).map((field) => [field.name, schemaOf(field)]));
  const instant: JsonSchema = { type: "string", format: "date-time" };
  const properties = { ...fields, ...status, version: { type: "integer" }, createdAt: instant, updatedAt: instant };
  return closedObject(properties, Object.keys(properties));
}

export function listOutput(entity: Entity): JsonSchema {
  const next: JsonSchema = { type: ["string", "null"] };
  return closedObject({ items: { type: "array", items: rowOutput(entity) }, next }, ["items", "next"]);
}

const uuid: JsonSchema = { type: "string", format: "uuid" };
const instant: JsonSchema = { type: "string", format: "date-time" };
const integers = { least: Number.MIN_SAFE_INTEGER, greatest: Number.MAX_SAFE_INTEGER };

function closedObject(properties: JsonObject, required: readonly string[] = []): JsonSchema {
  return { type: "object", additionalProperties: false, ...(required.length > 0 ? { required } : {}), properties };
}

function enumOf(values: readonly JsonValue[]): JsonSchema {
  return { type: "string", enum: values };
}

/** The schema of a filter value, which is never null. */
function fieldSchema(entity: Entity, name: string): JsonSchema | undefined {
  if (name === entity.status?.field) return enumOf(entity.status.states);
  if (name === "version") return { type: "integer", minimum: 1 };
  if (name === "createdAt" || name === "updatedAt") return instant;
  const field = entity.fields.find((candidate) => candidate.name === name);
  return field === undefined ? undefined : schemas[field.type](field);
}

/** The JSON Schema of a field's value. */
function schemaOf(field: Field): JsonSchema {
  const schema = schemas[field.type](field);
  if (!field.nullable || field.type === "json") return schema;
  const values = schema["enum"];
  return {
    ...schema,
    type: [schema["type"] as string, "null"],
    ...(Array.isArray(values) ? { enum: [...(values as readonly JsonValue[]), null] } : {}),
  };
}

const schemas: Readonly<Record<FieldType, (field: Field) => JsonSchema>> = {
  uuid: () => uuid,
  string: ({ minLength, maxLength, pattern }) => compact<JsonObject>({ type: "string", minLength, maxLength, pattern }),
  integer: ({ minimum = integers.least, maximum = integers.greatest }) => ({ type: "integer", minimum, maximum }),
  number: ({ minimum, maximum }) => compact<JsonObject>({ type: "number", minimum, maximum }),
  decimal: () => ({ type: "string", format: "decimal" }),
  money: ({ currency = "", minimum = integers.least, maximum = integers.greatest }) =>
    closedObject({ amount: { type: "integer", minimum, maximum }, currency: enumOf([currency]) }, [
      "amount",
      "currency",
    ]),
  boolean: () => ({ type: "boolean" }),
  date: () => ({ type: "string", format: "date" }),
  instant: () => instant,
  duration: () => ({ type: "string", format: "duration" }),
  enum: ({ values = [] }) => enumOf(values),
  json: () => ({}),
};
