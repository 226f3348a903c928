// What is not migrated, because it would lose values, give them another meaning or leave rows without one.
import type { Bundle, Entity, Field, StatusMachine } from "@lintel/specs";
import type { SchemaProblem } from "../schema/schema-model.ts";
import { fieldRenames } from "./bridge/bridge-bundles.ts";
import { entityRenames, renameEntities } from "./bridge/rename-entities.ts";

/** Why a bundle cannot follow the one that is deployed; empty when it can. Pure. */
export function refusalsOf(deployed: Bundle, next: Bundle): readonly SchemaProblem[] {
  const before = renameEntities(deployed, entityRenames(next, deployed));
  const known = new Map(before.entities.map((entity) => [entity.name, entity]));
  const own = new Set(next.entities.map(({ name }) => name));
  const gone = before.entities.map(({ name }) => name).filter((name) => !own.has(name));
  return next.entities.flatMap((entity) => {
    const twin = known.get(entity.name);
    return twin === undefined ? unknownEntity(entity, gone) : entityProblems(entity, twin);
  });
}

function unknownEntity({ name, renamedFrom }: Entity, gone: readonly string[]): readonly SchemaProblem[] {
  if (renamedFrom === undefined || gone.length === 0) return [];
  const message = `${name} is said to be renamed from ${renamedFrom}, which is not deployed`;
  return [{ code: "rename-unknown", entity: name, message, hint: `gone are: ${gone.join(", ")}` }];
}

function entityProblems(entity: Entity, before: Entity): readonly SchemaProblem[] {
  const renames = new Map(fieldRenames(entity, before).map(({ from, to }) => [to.name, from]));
  const known = new Map(before.fields.map((field) => [field.name, field]));
  const fields = entity.fields.flatMap((field) => {
    const from = renames.get(field.name);
    if (from !== undefined) return renameProblems(entity, field, from);
    const twin = known.get(field.name);
    return twin === undefined ? newFieldProblems(entity, field, before) : fieldProblems(entity, field, twin);
  });
  return [...fields, ...statusProblems(entity, before)];
}

function renameProblems(entity: Entity, field: Field, from: Field): readonly SchemaProblem[] {
  const isSame = field.type === from.type && field.currency === from.currency && field.scale === from.scale;
  const isKept = (from.values ?? []).every((value) => field.values?.includes(value));
  const isTighter = (from.nullable && !field.nullable) || (field.precision ?? 0) < (from.precision ?? 0);
  if (isSame && isKept && !isTighter && field.ref === from.ref) return [];
  const message = `${entity.name}.${field.name} would be renamed from ${from.name} and changed in one release`;
  return [
    problem("rename-and-change", entity, field.name, message, "rename it now, and change it in the next release"),
  ];
}

function newFieldProblems(entity: Entity, field: Field, before: Entity): readonly SchemaProblem[] {
  const own = new Set(entity.fields.map(({ name }) => name));
  const gone = before.fields.map(({ name }) => name).filter((name) => !own.has(name));
  if (field.renamedFrom !== undefined && gone.length > 0 && field.computed === undefined) {
    const message = `${entity.name}.${field.name} is said to be renamed from ${field.renamedFrom}, which is not deployed`;
    return [problem("rename-unknown", entity, field.name, message, `gone are: ${gone.join(", ")}`)];
  }
  if (field.nullable || field.default !== undefined || field.computed !== undefined) return [];
  if (field.name === before.status?.field) return [];
  const message = `${entity.name}.${field.name} is new and required, and rows that stand have no value for it`;
  return [problem("value-missing", entity, field.name, message, "give it a default, or make it nullable")];
}

function fieldProblems(entity: Entity, field: Field, before: Field): readonly SchemaProblem[] {
  const name = `${entity.name}.${field.name}`;
  const say = (code: string, what: string, hint: string): readonly SchemaProblem[] => [
    problem(code, entity, field.name, `${name} ${what}`, hint),
  ];
  const beside = "add a field of the new kind beside it, fill it, and remove this one in a later release";
  if (!isCompatible(field, before))
    return say("type-changed", `would change from ${before.type} to ${field.type}`, beside);
  if (field.ref !== undefined && before.ref !== undefined && field.ref !== before.ref) {
    return say("reference-changed", `would refer to ${field.ref} instead of ${before.ref}`, beside);
  }
  if (field.currency !== before.currency) {
    return say("currency-changed", `would turn ${before.currency ?? ""} into ${field.currency ?? ""}`, beside);
  }
  if ((field.computed === undefined) !== (before.computed === undefined)) {
    return say("computed-changed", "would become computed, or cease to be", beside);
  }
  if (field.scale !== before.scale || (field.precision ?? 0) < (before.precision ?? 0)) {
    return say("precision-changed", "would hold other digits", `raise the precision only, or ${beside}`);
  }
  return goneValues(entity, field.name, before.values, field.values, field.renamedValues, "renamedValues");
}

/** Text is text: a list of values may open to any, and any may close to a list that every row fits. */
function isCompatible(field: Field, before: Field): boolean {
  const texts = ["enum", "string"];
  return field.type === before.type || (texts.includes(field.type) && texts.includes(before.type));
}

function statusProblems(entity: Entity, before: Entity): readonly SchemaProblem[] {
  const [status, old]: readonly (StatusMachine | undefined)[] = [entity.status, before.status];
  if (status === undefined || old === undefined) return [];
  if (status.field !== old.field) {
    const message = `the status of ${entity.name} would move from "${old.field}" to "${status.field}"`;
    return [problem("status-moved", entity, status.field, message, `keep status.field: ${old.field}`)];
  }
  return goneValues(entity, status.field, old.states, status.states, status.renamedStates, "renamedStates");
}

function goneValues(
  entity: Entity,
  field: string,
  before: readonly string[] | undefined,
  after: readonly string[] | undefined,
  mapping: Readonly<Record<string, string>> = {},
  key: string,
): readonly SchemaProblem[] {
  if (after === undefined) return [];
  const gone = (before ?? []).filter((value) => !after.includes(value));
  return gone.flatMap((value) => {
    const to = mapping[value];
    const name = `${entity.name}.${field}`;
    if (to === undefined) {
      const message = `${name} would no longer know "${value}", which rows may hold`;
      return [problem("value-removed", entity, field, message, `say what such rows get: ${key}: { ${value}: ... }`)];
    }
    if (before?.includes(to) === true) return [];
    const message = `${name}: rows with "${value}" would get "${to}", which the deployed release does not know`;
    return [problem("value-too-new", entity, field, message, `add "${to}" in one release, and map to it in the next`)];
  });
}

function problem(code: string, entity: Entity, field: string, message: string, hint: string): SchemaProblem {
  return { code, entity: entity.name, field, message, hint };
}
