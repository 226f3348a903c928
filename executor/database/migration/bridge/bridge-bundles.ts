// Decision: what a database holds is what both listed bundles need (0012); that is itself a set of entities, so that one
// description of schemas serves fresh databases and those in between two releases.
import type { Bundle, Entity, Field, StatusMachine } from "@lintel/specs";
import { keepTransitions } from "./keep-transitions.ts";
import { looserField } from "./looser-field.ts";
import { type EntityRename, entityRenames, renameEntities } from "./rename-entities.ts";

/** A field under the names that two listed bundles have for it. */
export interface FieldRename {
  readonly from: Field;
  readonly to: Field;
}

export interface BridgedEntity {
  readonly entity: Entity;
  readonly renames: readonly FieldRename[];
  /** The entity as the new bundle and as the other one has it. */
  readonly next: Entity;
  readonly other?: Entity;
}

export interface Bridge {
  readonly bundle: Bundle;
  /** By table name. */
  readonly entities: Readonly<Record<string, BridgedEntity>>;
  readonly renames: readonly EntityRename[];
  /** Whether `next` is the older of the two: a way back. */
  readonly isReturn: boolean;
}

/** The entities that serve a bundle and the one that stays listed beside it; pure. */
export function bridgeBundles(next: Bundle, other: Bundle | undefined, isReturn: boolean): Bridge {
  if (other === undefined) {
    const entries = next.entities.map((entity) => [entity.table, { entity, renames: [], next: entity }] as const);
    return { bundle: next, entities: Object.fromEntries(entries), renames: [], isReturn };
  }
  const [newer, older] = isReturn ? [other, next] : [next, other];
  const renames = entityRenames(newer, older);
  const renamed = renameEntities(older, renames);
  const [ours, theirs] = isReturn ? [renamed, newer] : [newer, renamed];
  const known = new Map(theirs.entities.map((entity) => [entity.name, entity]));
  const own = new Set(ours.entities.map(({ name }) => name));
  const bridged = [
    ...ours.entities.map((entity) => bridgeEntity(entity, known.get(entity.name), isReturn)),
    ...theirs.entities
      .filter(({ name }) => !own.has(name))
      .map((entity): BridgedEntity => ({ entity, renames: [], next: entity })),
  ];
  const bundle = { ...ours, entities: bridged.map(({ entity }) => entity), tools: [...ours.tools, ...theirs.tools] };
  const entities = Object.fromEntries(bridged.map((one) => [one.entity.table, one]));
  return { bundle: isReturn ? bundle : keepTransitions(bundle, theirs), entities, renames, isReturn };
}

/** Field renames of the newer entity whose old name only the older one has, and whose new name only the newer. */
export function fieldRenames(newer: Entity, older: Entity): readonly FieldRename[] {
  const [ours, theirs] = [fieldsByName(newer), fieldsByName(older)];
  return newer.fields.flatMap((to) => {
    const from = to.renamedFrom === undefined ? undefined : theirs.get(to.renamedFrom);
    if (from === undefined || ours.has(from.name) || theirs.has(to.name)) return [];
    return to.computed === undefined && from.computed === undefined ? [{ from, to }] : [];
  });
}

function fieldsByName({ fields }: Entity): ReadonlyMap<string, Field> {
  return new Map(fields.map((field) => [field.name, field]));
}

function bridgeEntity(next: Entity, other: Entity | undefined, isReturn: boolean): BridgedEntity {
  if (other === undefined) return { entity: next, renames: [], next };
  const renames = isReturn ? fieldRenames(other, next) : fieldRenames(next, other);
  const ours = new Map(next.fields.map((field) => [field.name, field]));
  const theirs = new Map(other.fields.map((field) => [field.name, field]));
  const shared = next.fields.map((field) => {
    const twin = theirs.get(field.name);
    if (!isReturn) return field;
    return twin === undefined ? keptField(field) : looserField(field, twin);
  });
  const kept = other.fields.filter(({ name }) => !ours.has(name)).map(keptField);
  const fields = [...shared, ...kept].map((field) => namedTwice(field, renames));
  const gone = new Set(kept.map(({ name }) => name));
  const isField = ours.has(other.status?.field ?? "");
  const status = bridgeStatus(next.status, isField ? undefined : other.status, isReturn);
  const entity: Entity = {
    ...next,
    fields,
    relationships: [
      ...next.relationships,
      ...other.relationships.filter(({ type, field }) => type === "belongsTo" && gone.has(field)),
    ],
    ...(status === undefined ? {} : { status }),
    invariants: isReturn ? next.invariants.filter((one) => isIn(one, other.invariants)) : next.invariants,
    unique: [...next.unique, ...other.unique.filter((names) => names.some((name) => gone.has(name)))],
    list: { ...next.list, filterable: filterable(next, other, fields) },
  };
  return { entity, renames, next, other };
}

/** What only one of the two bundles fills, and the newer one no more: null in the rows of those who do not know it. */
function keptField(field: Field): Field {
  return field.computed === undefined && field.default === undefined ? { ...field, nullable: true } : field;
}

/** Of a field with two names a trigger fills both; a default of the old one would look like a value that somebody gave. */
function namedTwice(field: Field, renames: readonly FieldRename[]): Field {
  const rename = renames.find(({ from }) => from.name === field.name);
  if (rename !== undefined) {
    const { default: _, ...rest } = field;
    return { ...rest, nullable: true };
  }
  return renames.find(({ to }) => to.name === field.name)?.to ?? field;
}

function bridgeStatus(
  next: StatusMachine | undefined,
  other: StatusMachine | undefined,
  isReturn: boolean,
): StatusMachine | undefined {
  if (next === undefined || other === undefined) return next ?? other;
  if (!isReturn) return next;
  const states = [...new Set([...next.states, ...other.states])];
  return { ...next, states, transitions: [...next.transitions, ...other.transitions] };
}

function isIn(invariant: Entity["invariants"][number], others: Entity["invariants"]): boolean {
  return others.some(({ name, expr }) => name === invariant.name && expr === invariant.expr);
}

/** The other bundle's lists stay quick. */
function filterable(next: Entity, other: Entity, fields: readonly Field[]): readonly string[] {
  const known = new Set([...fields.map(({ name }) => name), next.status?.field, other.status?.field]);
  return [...new Set([...next.list.filterable, ...other.list.filterable.filter((name) => known.has(name))])];
}
