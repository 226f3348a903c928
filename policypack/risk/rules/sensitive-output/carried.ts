// What a value carries of sensitive fields: by its parts, because an answer that names other parts leaks nothing.
import { type Entity, sensitiveSource } from "@lintel/specs";
import type { Confidence } from "../../finding.ts";

/** The sensitive fields (`Order.cardToken`) that a value is made of, and how sure that is. */
export type Origins = ReadonlyMap<string, Confidence>;

export interface Carried {
  /** What the value itself is made of, whole. */
  readonly own: Origins;
  /** What its named parts carry. */
  readonly fields: ReadonlyMap<string, Carried>;
  /** What each element carries, where it is a list. */
  readonly element?: Carried;
}

export const nothing: Carried = { own: new Map(), fields: new Map() };

function isClean({ own, fields, element }: Carried): boolean {
  return own.size === 0 && fields.size === 0 && element === undefined;
}

/** An object of these parts; parts that carry nothing are left out. */
export function objectOf(parts: Iterable<readonly [string, Carried]>): Carried {
  return { own: new Map(), fields: new Map([...parts].filter(([, part]) => !isClean(part))) };
}

export function listOf(element: Carried): Carried {
  return isClean(element) ? nothing : { ...nothing, element };
}

/** A value that is one of these, nobody knows which. */
export function eitherOf(all: readonly Carried[]): Carried {
  const names = new Set(all.flatMap(({ fields }) => [...fields.keys()]));
  const fields = [...names].map(
    (name) => [name, eitherOf(all.flatMap((each) => each.fields.get(name) ?? []))] as const,
  );
  const elements = all.flatMap(({ element }) => element ?? []);
  const merged: Carried = { own: originsOf(all), fields: new Map(fields) };
  return elements.length === 0 ? merged : { ...merged, element: eitherOf(elements) };
}

function originsOf(all: readonly Carried[]): Origins {
  const sure = all.flatMap(({ own }) => [...own]).filter(([, confidence]) => confidence === "certain");
  return new Map([...all.flatMap(({ own }) => [...own]), ...sure]);
}

/** Everything in it at any depth, as what one new value is made of. */
export function wholeOf(carried: Carried): Carried {
  return { own: new Map(everyOrigin(carried)), fields: new Map() };
}

function everyOrigin({ own, fields, element }: Carried): readonly (readonly [string, Confidence])[] {
  const parts = [...fields.values(), ...(element === undefined ? [] : [element])];
  return [...own, ...parts.flatMap(everyOrigin)];
}

/** The same, but only an execution knows whether it comes about. */
export function likely(carried: Carried): Carried {
  const own = new Map([...carried.own.keys()].map((name) => [name, "likely"] as const));
  const fields = new Map([...carried.fields].map(([name, part]) => [name, likely(part)] as const));
  return { own, fields, ...(carried.element === undefined ? {} : { element: likely(carried.element) }) };
}

/** A part of a value; a part of something that is sensitive whole is sensitive too. */
export function partOf(carried: Carried, name: string): Carried {
  const part = carried.fields.get(name) ?? nothing;
  return carried.own.size === 0 ? part : eitherOf([part, { own: carried.own, fields: new Map() }]);
}

export function elementOf(carried: Carried): Carried {
  const all = [carried.element, ...carried.fields.values()].filter((each) => each !== undefined);
  return eitherOf([...all, { own: carried.own, fields: new Map() }]);
}

/** The names of its sensitive fields, and of those that are computed from one: the compiler has these marked too. */
export function sensitiveFields(entity: Entity): readonly string[] {
  const found = entity.fields.filter((field) => field.sensitive || sensitiveSource(field, entity) !== undefined);
  return found.map(({ name }) => name);
}

/** A row of an entity, with the rows that stand in it by relationship. */
export function rowOf(entity: Entity, include: readonly string[], entities: ReadonlyMap<string, Entity>): Carried {
  const own = sensitiveFields(entity).map((name) => {
    const origin: Origins = new Map([[`${entity.name}.${name}`, "certain"]]);
    return [name, { own: origin, fields: new Map<string, Carried>() }] as const;
  });
  const related = include.flatMap((name) => {
    const relationship = entity.relationships.find((each) => each.name === name);
    const other = entities.get(relationship?.entity ?? "");
    if (relationship === undefined || other === undefined) return [];
    const row = rowOf(other, [], entities);
    const isMany = relationship.type === "hasMany" || relationship.type === "through";
    return [[name, isMany ? listOf(row) : row] as const];
  });
  return objectOf([...own, ...related]);
}
