import { type Entity, type Field, typeOfField } from "@lintel/specs";
import { columnsOf, type EntityColumn, sqlTypes } from "../columns.ts";
import { boundedName, literal, quoted } from "../identifier.ts";
import { encodeValue } from "../sql/encode-value.ts";
import { definitionSql } from "./expression-ddl.ts";
import type { ColumnModel, ConstraintModel } from "./schema-model.ts";

/** Integers that JSON carries exactly: up to 2^53 - 1 on both sides. */
const safeBounds = { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER } as const;

/** The columns of an entity's table by name, in order. */
export function describeColumns(entity: Entity, entities: readonly Entity[]): Readonly<Record<string, ColumnModel>> {
  const shown = columnsOf(entity).map((column) => [column.column, describeColumn(entity, entities, column)] as const);
  return Object.fromEntries([...shown, ["deleted_at", { type: sqlTypes.instant, nullable: true }] as const]);
}

function describeColumn(entity: Entity, entities: readonly Entity[], { field, role }: EntityColumn): ColumnModel {
  const type = columnType(field);
  if (role === "system" && field.type === "instant") return { type, nullable: false, default: "now()" };
  if (field.computed !== undefined) {
    const what = `field ${entity.name}.${field.name}`;
    const generated = definitionSql(entity, entities, field.computed, typeOfField(field), what);
    return { type, nullable: field.nullable, generated };
  }
  const value = field.default === undefined ? null : encodeValue(field, field.default);
  return { type, nullable: field.nullable, ...(value === null ? {} : { default: `${literal(value)}::${type}` }) };
}

function columnType(field: Field): string {
  if (field.type !== "decimal" || field.precision === undefined) return sqlTypes[field.type];
  return `numeric(${String(field.precision)}, ${String(field.scale ?? 0)})`;
}

/** CHECK constraints that follow from a column's type, bounds and values, by name. */
export function describeFieldChecks(entity: Entity): Readonly<Record<string, ConstraintModel>> {
  const entries = columnsOf(entity).flatMap((column) =>
    checksOf(column).map(([suffix, condition]) => {
      const name = boundedName(entity.table, column.column, suffix);
      return [name, { kind: "check", definition: `CHECK (${condition})` }] as const;
    }),
  );
  return Object.fromEntries(entries);
}

function checksOf({ column, field, role }: EntityColumn): readonly (readonly [suffix: string, condition: string])[] {
  if (role === "system") return []; // written by the executor alone
  const name = quoted(column);
  switch (field.type) {
    case "enum":
      return [["values", `${name} IN (${(field.values ?? []).map((value) => literal(value)).join(", ")})`]];
    case "string":
      return lengthCheck(name, field);
    case "integer":
    case "money":
    case "duration":
      return [["range", between(name, { ...safeBounds, ...boundsOf(field) })]];
    case "number":
      // NaN and Infinity have no JSON form; in PostgreSQL's order they are the greatest.
      return [["range", between(name, { minimum: -Number.MAX_VALUE, maximum: Number.MAX_VALUE, ...boundsOf(field) })]];
    case "decimal": {
      const { minimum, maximum } = boundsOf(field);
      const conditions = [
        `${name} < 'Infinity'::numeric AND ${name} > '-Infinity'::numeric`,
        ...(minimum === undefined ? [] : [`${name} >= ${number(minimum)}`]),
        ...(maximum === undefined ? [] : [`${name} <= ${number(maximum)}`]),
      ];
      return [["range", conditions.join(" AND ")]];
    }
    case "date":
      return [["range", `${name} BETWEEN '0001-01-01'::date AND '9999-12-31'::date`]];
    case "instant":
      return [
        [
          "range",
          `${name} BETWEEN '0001-01-01 00:00:00+00'::timestamptz AND '9999-12-31 23:59:59.999+00'::timestamptz`,
        ],
      ];
    default:
      return [];
  }
}

function lengthCheck(name: string, { minLength, maxLength }: Field): readonly (readonly [string, string])[] {
  const conditions = [
    ...(minLength === undefined ? [] : [`char_length(${name}) >= ${String(minLength)}`]),
    ...(maxLength === undefined ? [] : [`char_length(${name}) <= ${String(maxLength)}`]),
  ];
  return conditions.length === 0 ? [] : [["length", conditions.join(" AND ")]];
}

function boundsOf({ minimum, maximum }: Field): { readonly minimum?: number; readonly maximum?: number } {
  return { ...(minimum === undefined ? {} : { minimum }), ...(maximum === undefined ? {} : { maximum }) };
}

function between(name: string, { minimum, maximum }: { readonly minimum: number; readonly maximum: number }): string {
  return `${name} BETWEEN ${number(minimum)} AND ${number(maximum)}`;
}

function number(value: number): string {
  return value < 0 || !Number.isInteger(value) ? `(${String(value)})` : String(value);
}
