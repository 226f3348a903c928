import type { Entity, Field, Relationship } from "../../language/entity.ts";
import { enumOf, listOf, type ObjectType, objectOf, simple, type ValueType, withNull } from "./value-type.ts";

/** Which relationships a row carries beside its fields. */
export interface RowShape {
  /** Names of relationships whose rows are nested. */
  readonly include?: readonly string[];
  /** How many belongsTo relationships may follow one another (SQL scopes); 0 by default. */
  readonly hops?: number;
}

/** The type of a field's value. */
export function typeOfField(field: Field): ValueType {
  const { nullable } = field;
  switch (field.type) {
    case "money":
      return { kind: "money", nullable, ...(field.currency === undefined ? {} : { currency: field.currency }) };
    case "enum":
      return { kind: "enum", values: field.values ?? [], nullable };
    default:
      return { kind: field.type, nullable };
  }
}

/** The type of an entity's row: its fields, status, `version`, `createdAt`, `updatedAt`, and the relationships of its shape. */
export function typeOfEntity(entity: Entity, entities: readonly Entity[], shape: RowShape = {}): ObjectType {
  const status = entity.status === undefined ? {} : { [entity.status.field]: enumOf(entity.status.states) };
  const fields = entity.fields.map((field) => [field.name, typeOfField(field)] as const);
  const related = entity.relationships.flatMap((relationship) => {
    const type = typeOfRelationship(entity, relationship, entities, shape);
    return type === undefined ? [] : [[relationship.name, type] as const];
  });
  return objectOf(
    {
      ...Object.fromEntries(related),
      id: simple("uuid"),
      version: simple("integer"),
      createdAt: simple("instant"),
      updatedAt: simple("instant"),
      ...status,
      ...Object.fromEntries(fields),
    },
    entity.name,
  );
}

function typeOfRelationship(
  entity: Entity,
  relationship: Relationship,
  entities: readonly Entity[],
  { include = [], hops = 0 }: RowShape,
): ValueType | undefined {
  const other = entities.find(({ name }) => name === relationship.entity);
  if (other === undefined) return undefined;
  const isOne = relationship.type === "belongsTo" || relationship.type === "hasOne";
  if (include.includes(relationship.name)) {
    const row = typeOfEntity(other, entities);
    return isOne ? withNull(row, isNullable(entity, relationship)) : listOf(row);
  }
  if (relationship.type !== "belongsTo" || hops === 0) return undefined;
  return withNull(typeOfEntity(other, entities, { hops: hops - 1 }), isNullable(entity, relationship));
}

function isNullable(entity: Entity, relationship: Relationship): boolean {
  if (relationship.type !== "belongsTo") return true;
  return entity.fields.find(({ name }) => name === relationship.field)?.nullable ?? true;
}
