import type { JsonSchema } from "../../json.ts";
import type { Entity, Field, FieldType } from "../../language/entity.ts";
import type { FieldConditions, ValueTemplate } from "../../language/flow.ts";

/** One way in which a caller may narrow a list: a parameter, and the comparison that it asks for. */
export interface ListFilter {
  /** `startsOn`, `startsOn_gte`, `status_in`; fields' names have no underscore. */
  readonly parameter: string;
  readonly field: string;
  readonly operator: "eq" | "gte" | "gt" | "lte" | "lt" | "in";
  /** Of the parameter, which is never null. */
  readonly schema: JsonSchema;
  /** The parameter as a value of the field; null where the caller leaves it out. */
  readonly value: ValueTemplate;
}

/** Values of one `in`. */
const maximumValues = 50;

const ranged: ReadonlySet<FieldType> = new Set([
  "integer",
  "number",
  "decimal",
  "money",
  "date",
  "instant",
  "duration",
]);
const listed: ReadonlySet<FieldType> = new Set(["uuid", "string", "enum", "integer", "date"]);

/** Every filter of an entity's list, by the fields that it declares: equality, ranges where there is an order, and one of several. */
export function listFilters(entity: Entity, schemaOf: (name: string) => JsonSchema | undefined): readonly ListFilter[] {
  return entity.list.filterable.flatMap((name) => {
    const field = fieldNamed(entity, name);
    const own = schemaOf(name);
    if (field === undefined || own === undefined) return [];
    const schema = field.type === "money" ? minorUnits(field) : own;
    const one = (operator: ListFilter["operator"], suffix = `_${operator}`): ListFilter => {
      const parameter = `${name}${suffix}`;
      return { parameter, field: name, operator, schema, value: valueOf(parameter, field) };
    };
    return [
      one("eq", ""),
      ...(ranged.has(field.type) ? (["gte", "gt", "lte", "lt"] as const).map((operator) => one(operator)) : []),
      ...(listed.has(field.type) ? [{ ...one("in"), schema: severalOf(schema) }] : []),
    ];
  });
}

/** The filters as one condition per field, in which what the caller leaves out says nothing. */
export function filterConditions(filters: readonly ListFilter[]): FieldConditions {
  const byField = Map.groupBy(filters, ({ field }) => field);
  return Object.fromEntries(
    [...byField].map(([field, own]) => {
      const comparisons = own.map(({ operator, value }) => [operator, value] as const);
      return [field, { ...Object.fromEntries(comparisons), optional: true }];
    }),
  );
}

function severalOf(items: JsonSchema): JsonSchema {
  return { type: "array", minItems: 1, maxItems: maximumValues, items };
}

/** A query holds no objects: money is given in minor units of the field's currency. */
function minorUnits({ minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER }: Field): JsonSchema {
  return { type: "integer", minimum, maximum };
}

function valueOf(parameter: string, { type, currency = "" }: Field): ValueTemplate {
  const given = type === "money" ? `money(input.${parameter}, "${currency}")` : `input.${parameter}`;
  return `\${has(input.${parameter}) ? ${given} : null}`;
}

function fieldNamed(entity: Entity, name: string): Field | undefined {
  const plain = { name, nullable: false, generated: false, sensitive: false, personal: false } as const;
  if (name === entity.status?.field) return { ...plain, type: "enum" };
  if (name === "version") return { ...plain, type: "integer" };
  if (name === "createdAt" || name === "updatedAt") return { ...plain, type: "instant" };
  return entity.fields.find((field) => field.name === name);
}
