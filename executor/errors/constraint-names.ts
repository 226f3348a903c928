import type { Bundle, Entity } from "@lintel/specs";
import { exclusionName, foreignKeyName, invariantName, referencesOf } from "../database/schema/describe-constraints.ts";
import { uniqueName } from "../database/schema/describe-indexes.ts";
import type { ConstraintNames, SpecConstraint } from "./database-error.ts";

type Named = readonly [string, SpecConstraint];

/** The constraints of a bundle's schema by their names in the database, with what the specs say of them. */
export function constraintNames(bundle: Bundle): ConstraintNames {
  return new Map(bundle.entities.flatMap((entity) => [...rules(entity), ...references(entity, bundle.entities)]));
}

function rules(entity: Entity): readonly Named[] {
  return [
    ...entity.unique.map((fields): Named => {
      const detail = `a ${entity.name} with the same ${fields.join(" and ")} exists already`;
      return [uniqueName(entity, fields), { code: "already-exists", detail }];
    }),
    ...entity.invariants.map(({ name, message }): Named => {
      return [invariantName(entity, name), { code: "invariant-violated", detail: `${name}: ${message}` }];
    }),
    ...entity.exclude.flatMap(({ name, message, parts }): readonly Named[] => {
      const fields = parts.flatMap((part) => part.fields).join(", ");
      const detail = `${name}: ${message ?? `another ${entity.name} has overlapping ${fields}`}`;
      const order = `${name}: ${fields} must be in order`;
      return [
        [exclusionName(entity, name), { code: "exclusion-violated", detail }],
        [exclusionName(entity, name, "order"), { code: "invariant-violated", detail: order }],
      ];
    }),
  ];
}

function references(entity: Entity, entities: readonly Entity[]): readonly Named[] {
  return referencesOf(entity).map((reference): Named => {
    const other = entities.find(({ name }) => name === reference.entity)?.name ?? reference.entity;
    const detail = `${entity.name}.${reference.field}: there is no such ${other}`;
    const heldDetail = `a ${entity.name} refers to this ${other}`;
    return [foreignKeyName(entity, reference), { code: "reference-missing", detail, heldDetail }];
  });
}
