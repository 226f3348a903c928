import type { Entity } from "@lintel/specs";
import { columnsOf } from "../columns.ts";
import { boundedName } from "../identifier.ts";
import { describeFieldChecks } from "./describe-columns.ts";
import { exclusionName, foreignKeyName, invariantName, referencesOf } from "./describe-constraints.ts";
import { uniqueName } from "./describe-indexes.ts";
import { transitionName } from "./describe-triggers.ts";

/** What a constraint stands for in the specs, so that its violation can be told in their words. */
export interface ConstraintMeaning {
  /** `reference`: a row that does not exist (or is deleted) is referred to, or one that is referred to would go. */
  readonly type: "field" | "invariant" | "unique" | "exclusion" | "reference" | "transition";
  readonly entity: string;
  /** Names of the fields concerned, as specs write them. */
  readonly fields: readonly string[];
  /** Name of the invariant or exclusion. */
  readonly name?: string;
  /** The specs' own message, where they have one. */
  readonly message?: string;
  readonly why?: string;
}

/** Meanings by the `constraint` of PostgreSQL's errors 23503, 23505, 23514 and 23P01. */
export function constraintMeanings(entities: readonly Entity[]): Readonly<Record<string, ConstraintMeaning>> {
  return Object.fromEntries(entities.flatMap(meaningsOf));
}

type Entry = readonly [name: string, meaning: ConstraintMeaning];

function meaningsOf(entity: Entity): readonly Entry[] {
  const unique = entity.unique.map(
    (fields): Entry => [uniqueName(entity, fields), { ...of(entity), type: "unique", fields }],
  );
  const references = referencesOf(entity).map((reference): Entry => {
    return [foreignKeyName(entity, reference), { ...of(entity), type: "reference", fields: [reference.field] }];
  });
  const key: Entry = [boundedName(entity.table, "pkey"), { ...of(entity), type: "unique", fields: [entity.key] }];
  return [
    key,
    ...fieldMeanings(entity),
    ...unique,
    ...references,
    ...invariants(entity),
    ...exclusions(entity),
    ...status(entity),
  ];
}

function of({ name }: Entity): Pick<ConstraintMeaning, "entity" | "fields"> {
  return { entity: name, fields: [] };
}

function fieldMeanings(entity: Entity): readonly Entry[] {
  const names = Object.keys(describeFieldChecks(entity));
  return columnsOf(entity).flatMap(({ column, name }) =>
    ["range", "length", "values"].flatMap((suffix): readonly Entry[] => {
      const constraint = boundedName(entity.table, column, suffix);
      return names.includes(constraint) ? [[constraint, { ...of(entity), type: "field", fields: [name] }]] : [];
    }),
  );
}

function invariants(entity: Entity): readonly Entry[] {
  return entity.invariants.map(({ name, message, why }) => {
    const said = { name, message, ...(why === undefined ? {} : { why }) };
    return [invariantName(entity, name), { ...of(entity), type: "invariant", ...said }];
  });
}

function exclusions(entity: Entity): readonly Entry[] {
  return entity.exclude.flatMap(({ name, message, parts }): readonly Entry[] => {
    const fields = parts.flatMap((part) => part.fields);
    const range = parts.flatMap((part) => (part.operator === "overlaps" ? part.fields : []));
    const said = message === undefined ? {} : { message };
    return [
      [exclusionName(entity, name), { entity: entity.name, type: "exclusion", fields, name, ...said }],
      [exclusionName(entity, name, "order"), { entity: entity.name, type: "field", fields: range }],
    ];
  });
}

function status(entity: Entity): readonly Entry[] {
  if (entity.status === undefined) return [];
  return [[transitionName(entity), { ...of(entity), type: "transition", fields: [entity.status.field] }]];
}
