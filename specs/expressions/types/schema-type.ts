import { isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from "../../json.ts";
import { joinTypes } from "./join-types.ts";
import { anyJson, enumOf, listOf, nullType, simple, type ValueType, withNull } from "./value-type.ts";

const formats: ReadonlyMap<JsonValue, "uuid" | "date" | "instant" | "decimal" | "duration"> = new Map([
  ["uuid", "uuid"],
  ["date", "date"],
  ["date-time", "instant"],
  ["decimal", "decimal"],
  ["duration", "duration"],
]);

/**
 * The type of what a JSON Schema (draft 2020-12) has let in: `format` uuid, date, date-time, decimal and duration, `enum` and
 * `const`, objects, lists, `type: [x, "null"]`, local `$ref`; an object of integer `amount` and text `currency` is money; what it
 * cannot tell is json. Properties that are neither `required` nor have a `default` are nullable, as a missing one reads as null;
 * unlisted ones can be read only where `additionalProperties` is given.
 */
export function typeOfSchema(schema: JsonValue | undefined): ValueType {
  return isJsonObject(schema) ? convert(schema, { root: schema, use: "read" }, 0) : anyJson;
}

/** The type of what must match a JSON Schema: a property that is not `required` may be left out, which is not to be null. */
export function typeOfOutput(schema: JsonSchema): ValueType {
  return convert(schema, { root: schema, use: "write" }, 0);
}

interface Conversion {
  /** Where `$ref` points into. */
  readonly root: JsonSchema;
  readonly use: "read" | "write";
}

function convert(schema: JsonSchema, conversion: Conversion, depth: number): ValueType {
  if (depth > 16) return anyJson;
  const target = typeof schema.$ref === "string" ? resolve(schema.$ref, conversion.root) : undefined;
  if (target !== undefined) return convert(target, conversion, depth + 1);
  const constant = constants(schema);
  if (constant !== undefined) return constant;
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(alternatives)) {
    return (alternatives as readonly JsonValue[])
      .map((one) => (isJsonObject(one) ? convert(one, conversion, depth + 1) : anyJson))
      .reduce((all, one) => joinTypes(all, one) ?? anyJson);
  }
  const names = [schema.type ?? []].flat().filter((name) => typeof name === "string");
  const [name, second] = names.filter((one) => one !== "null");
  if (name === undefined) return names.length > 0 ? nullType : anyJson;
  const type = second === undefined ? named(name, schema, conversion, depth) : anyJson;
  return withNull(type, names.includes("null"));
}

function named(name: string, schema: JsonSchema, conversion: Conversion, depth: number): ValueType {
  switch (name) {
    case "string":
      return simple(formats.get(schema.format ?? null) ?? "string");
    case "integer":
    case "number":
    case "boolean":
      return simple(name);
    case "array":
      return listOf(isJsonObject(schema.items) ? convert(schema.items, conversion, depth + 1) : anyJson);
    case "object":
      return objectType(schema, conversion, depth);
    default:
      return anyJson;
  }
}

function objectType(schema: JsonSchema, conversion: Conversion, depth: number): ValueType {
  const required = Array.isArray(schema.required) ? (schema.required as readonly JsonValue[]) : [];
  const properties = isJsonObject(schema.properties) ? Object.entries(schema.properties) : [];
  const additional = schema.additionalProperties;
  if (properties.length === 0 && additional === undefined) return simple("json");
  const optional = properties.flatMap(([key, value]) => {
    const hasDefault = isJsonObject(value) && (value.default ?? null) !== null;
    return required.includes(key) || (conversion.use === "read" && hasDefault) ? [] : [key];
  });
  const fields = Object.fromEntries(
    properties.map(([key, value]) => {
      const type = isJsonObject(value) ? convert(value, conversion, depth + 1) : anyJson;
      return [key, withNull(type, conversion.use === "read" && optional.includes(key))] as const;
    }),
  );
  const isOpen = additional !== undefined && additional !== false;
  const type: ValueType = { kind: "object", fields, isOpen, nullable: false };
  return moneyOf(fields) ?? (conversion.use === "write" ? { ...type, optional } : type);
}

function moneyOf(fields: Readonly<Record<string, ValueType>>): ValueType | undefined {
  const { amount, currency } = fields;
  if (Object.keys(fields).length !== 2 || amount?.kind !== "integer" || amount.nullable) return undefined;
  if (currency === undefined || currency.nullable) return undefined;
  if (currency.kind === "string") return { kind: "money", nullable: false };
  if (currency.kind !== "enum") return undefined;
  const [only, other] = currency.values;
  return { kind: "money", nullable: false, ...(only !== undefined && other === undefined ? { currency: only } : {}) };
}

function constants(schema: JsonSchema): ValueType | undefined {
  const values: readonly JsonValue[] | undefined = Array.isArray(schema.enum)
    ? (schema.enum as readonly JsonValue[])
    : schema.const === undefined
      ? undefined
      : [schema.const];
  if (values === undefined) return undefined;
  const texts = values.filter((value) => typeof value === "string");
  const isNullable = values.includes(null);
  if (texts.length > 0 && values.every((value) => value === null || typeof value === "string")) {
    return withNull(enumOf(texts), isNullable);
  }
  if (values.length > 0 && values.every((value) => typeof value === "boolean")) return simple("boolean");
  if (values.length > 0 && values.every((value) => Number.isSafeInteger(value))) return simple("integer");
  return values.length === 1 && isNullable ? nullType : undefined;
}

function resolve(reference: string, root: JsonObject): JsonObject | undefined {
  if (!reference.startsWith("#/")) return undefined;
  let at: JsonValue | undefined = root;
  for (const part of reference.slice(2).split("/")) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    at = isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }
  return isJsonObject(at) ? at : undefined;
}
