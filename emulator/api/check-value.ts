import { isObject, type Json, type JsonObject } from "./json.ts";

/** A schema as discovery documents write it: JSON Schema draft 3 with `$ref` by id and Google's formats. */
export interface Schema {
  readonly id?: string;
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly description?: string;
  readonly readOnly?: boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
}

/** Something in a value that its schema does not allow, worded as Google's front end words it. */
export interface Violation {
  readonly field: string;
  readonly description: string;
}

/** Schemas of a description by id. */
export type Schemas = Readonly<Record<string, Schema>>;

const formats: Readonly<Record<string, RegExp>> = {
  "google-datetime": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/,
  "google-duration": /^-?\d+(\.\d{1,9})?s$/,
  int64: /^-?\d{1,19}$/,
  uint64: /^\d{1,20}$/,
  byte: /^[A-Za-z0-9+/_-]*={0,2}$/,
};

function isScalar(schema: Schema, value: Json): boolean {
  const { type, format } = schema;
  if (type === "boolean") return typeof value === "boolean";
  if (type === "integer") return Number.isInteger(typeof value === "string" ? Number(value) : value);
  if (type === "number")
    return (
      typeof value === "number" || (typeof value === "string" && value.trim() !== "" && !Number.isNaN(Number(value)))
    );
  if (type !== "string") return true;
  const fitting = format === undefined ? undefined : formats[format];
  if (fitting === undefined) return typeof value === "string";
  // int64 travels as a string and is accepted as a number (protobuf's JSON mapping).
  return fitting.test(typeof value === "number" ? String(value) : typeof value === "string" ? value : "\u0000");
}

function invalid(schema: Schema, value: Json, path: string): Violation {
  const kind = schema.format ?? schema.type ?? schema.id ?? "value";
  return { field: path, description: `Invalid value at '${path}' (${kind}), ${JSON.stringify(value)}` };
}

function checkObject(schemas: Schemas, schema: Schema, value: JsonObject, path: string): readonly Violation[] {
  return Object.entries(value).flatMap(([key, member]) => {
    const at = path === "" ? key : `${path}.${key}`;
    const known = schema.properties?.[key] ?? schema.additionalProperties;
    if (member === undefined || member === null) return [];
    if (known !== undefined) return checkValue(schemas, known, member, at);
    const where = path === "" ? "" : ` at '${path}'`;
    return [{ field: path, description: `Unknown name "${key}"${where}: Cannot find field.` }];
  });
}

/** Lists what in `value` its schema does not allow: unknown fields, wrong types, unknown enum values, bad formats. */
export function checkValue(schemas: Schemas, schema: Schema, value: Json, path: string): readonly Violation[] {
  if (schema.$ref !== undefined) {
    const target = schemas[schema.$ref];
    return target === undefined ? [] : checkValue(schemas, target, value, path);
  }
  if (schema.type === "any") return [];
  if (schema.type === "array") {
    if (!Array.isArray(value)) return [invalid(schema, value, path)];
    const items = schema.items ?? {};
    return value.flatMap((item: Json, index) => checkValue(schemas, items, item, `${path}[${index}]`));
  }
  if (schema.type === "object") {
    return isObject(value) ? checkObject(schemas, schema, value, path) : [invalid(schema, value, path)];
  }
  if (!isScalar(schema, value)) return [invalid(schema, value, path)];
  if (schema.enum !== undefined && !(typeof value === "string" && schema.enum.includes(value)))
    return [invalid(schema, value, path)];
  return [];
}

/** The value without the members that the description marks output-only: Google ignores them in a request. */
export function withoutReadOnly(schemas: Schemas, schema: Schema, value: Json): Json {
  if (schema.$ref !== undefined) return withoutReadOnly(schemas, schemas[schema.$ref] ?? {}, value);
  if (Array.isArray(value)) return value.map((item: Json) => withoutReadOnly(schemas, schema.items ?? {}, item));
  if (!isObject(value) || schema.properties === undefined) return value;
  const properties = schema.properties;
  const kept = Object.entries(value).filter(([key]) => properties[key]?.readOnly !== true);
  return Object.fromEntries(
    kept.map(([key, member]) => [
      key,
      member === undefined ? undefined : withoutReadOnly(schemas, properties[key] ?? {}, member),
    ]),
  );
}
