import type { Entity, Relationship } from "../language/entity.ts";
import { suggestion } from "../load/did-you-mean.ts";
import type { Path, Report } from "../load/report.ts";
import { checkRenames } from "./check-renames.ts";
import { checkRoles } from "./check-roles.ts";
import type { Declared } from "./compilation.ts";
import { readableFields } from "./entity-names.ts";
import { sensitiveSource } from "./sensitive-source.ts";

/** Checks what one entity says of its own fields, of other entities and of roles. */
export function checkEntity(entity: Entity, declared: Declared, report: Report): void {
  checkKey(entity, report);
  checkStatusField(entity, report);
  checkRenames(entity, declared, report);
  entity.fields.forEach(({ name, ref }) => {
    if (ref !== undefined) checkEntityName(ref, ["fields", name, "ref"], declared, report);
  });
  checkComputed(entity, report);
  for (const relationship of entity.relationships) checkRelationship(entity, relationship, declared, report);
  entity.unique.forEach((names, index) => checkFields(entity, names, ["unique", index], report));
  checkNames(entity, report);
  checkExclusions(entity, report);
  checkOwnership(entity, declared, report);
  checkTenant(entity, report);
  checkList(entity, report);
  for (const [action, roles] of Object.entries(entity.crud)) checkRoles(roles, ["crud", action], declared, report);
}

function checkKey(entity: Entity, report: Report): void {
  const key = entity.fields.find(({ name }) => name === "id");
  if (key?.type === "uuid" && key.ref === undefined) return;
  report(
    "missing-key-field",
    key === undefined ? ["fields"] : ["fields", "id"],
    { entity: entity.name },
    { at: "key" },
  );
}

function checkStatusField({ status, fields }: Entity, report: Report): void {
  if (status === undefined || !fields.some(({ name }) => name === status.field)) return;
  const values = { key: status.field, other: "status" };
  report("contradictory-keys", ["fields", status.field], values, {
    at: "key",
    hint: "the status machine makes the field",
  });
}

function checkComputed(entity: Entity, report: Report): void {
  for (const field of entity.fields) {
    const source = field.sensitive ? undefined : sensitiveSource(field, entity);
    if (source !== undefined)
      report("computed-from-sensitive", ["fields", field.name, "computed"], { name: field.name, field: source });
  }
}

function checkEntityName(name: string, path: Path, { entities }: Declared, report: Report): void {
  if (!entities.has(name)) report("unknown-entity", path, { name }, { hint: suggestion(name, entities.keys()) });
}

function checkFields(entity: Entity, names: readonly string[], path: Path, report: Report): void {
  const known = readableFields(entity);
  names.forEach((name, index) => {
    const at = [...path, index];
    if (names.indexOf(name) < index) report("duplicate-item", at, { name, list: String(path[0]) });
    if (known.includes(name)) return;
    report("unknown-field", at, { name, entity: entity.name }, { hint: suggestion(name, known) });
  });
}

function checkRelationship(entity: Entity, relationship: Relationship, declared: Declared, report: Report): void {
  const { name, type, field, through, onDelete } = relationship;
  const path = ["relationships", name];
  const key = type === "through" ? "hasMany" : type;
  checkEntityName(relationship.entity, [...path, key], declared, report);
  if (through !== undefined) checkEntityName(through, [...path, "through"], declared, report);
  if (entity.fields.some((other) => other.name === name)) {
    report("duplicate-item", path, { name, list: "fields and relationships" }, { at: "key" });
  }
  const holder = type === "belongsTo" ? entity : declared.entities.get(through ?? relationship.entity);
  if (holder === undefined) return;
  const target = type === "belongsTo" ? relationship.entity : entity.name;
  const found = holder.fields.find((candidate) => candidate.name === field);
  if (found === undefined) {
    const hint = suggestion(
      field,
      holder.fields.map((candidate) => candidate.name),
    );
    report("unknown-field", [...path, "field"], { name: field, entity: holder.name }, { hint });
  } else if (found.ref !== target) report("wrong-reference", [...path, "field"], { name: field, entity: target });
  else if (onDelete === "setNull" && !found.nullable) report("not-nullable", [...path, "onDelete"], { name: field });
}

function checkNames(entity: Entity, report: Report): void {
  for (const list of ["invariants", "exclude"] as const) {
    const names = entity[list].map(({ name }) => name);
    names.forEach((name, index) => {
      if (names.indexOf(name) < index) report("duplicate-item", [list, index, "name"], { name, list });
    });
  }
}

const rangeTypes: ReadonlySet<string> = new Set(["date", "instant", "integer", "number", "decimal"]);

function checkExclusions(entity: Entity, report: Report): void {
  const known = readableFields(entity);
  entity.exclude.forEach(({ parts }, index) => {
    for (const { fields, bounds, operator } of parts) {
      const key = bounds === undefined ? (fields[0] ?? "") : `${bounds[0] ?? ""}${fields.join(", ")}${bounds[1] ?? ""}`;
      const path = ["exclude", index, "fields", key];
      for (const name of fields.filter((field) => !known.includes(field))) {
        report("unknown-field", path, { name, entity: entity.name }, { hint: suggestion(name, known), at: "key" });
      }
      if ((operator === "overlaps") !== (bounds !== undefined)) {
        const hint = operator === "equal" ? "a range overlaps" : 'write the range as "[from, to)"';
        report("bad-field-type", path, { name: key, type: bounds === undefined ? "field" : "range", need: hint });
      }
      if (bounds !== undefined) checkRange(entity, fields, path, report);
    }
  });
}

function checkRange(entity: Entity, names: readonly string[], path: Path, report: Report): void {
  const fields = names.flatMap((name) => entity.fields.find((field) => field.name === name) ?? []);
  for (const { name, type } of fields) {
    if (rangeTypes.has(type)) continue;
    report("bad-field-type", path, { name, type, need: "a range has dates, instants or numbers" }, { at: "key" });
  }
  const [lower, upper] = fields;
  if (lower === undefined || upper === undefined || lower.type === upper.type) return;
  report(
    "bad-field-type",
    path,
    { name: upper.name, type: upper.type, need: `"${lower.name}" is a ${lower.type}` },
    { at: "key" },
  );
}

function checkOwnership(entity: Entity, declared: Declared, report: Report): void {
  const { ownership } = entity;
  if (ownership === undefined) return;
  checkRoles(ownership.roles, ["ownership", "roles"], declared, report);
  let owner: Entity | undefined = entity;
  for (const name of ownership.via.slice(0, -1)) {
    const hop: Relationship | undefined = owner.relationships.find((relationship) => relationship.name === name);
    if (hop?.type !== "belongsTo") {
      const known = owner.relationships
        .filter(({ type }) => type === "belongsTo")
        .map((relationship) => relationship.name);
      const hint = suggestion(name, known);
      report("bad-ownership-path", ["ownership", "via"], { name, entity: owner.name }, { hint });
      return;
    }
    owner = declared.entities.get(hop.entity);
    if (owner === undefined) return;
  }
  const last = ownership.via.at(-1) ?? "";
  const field = owner.fields.find(({ name }) => name === last);
  const known = owner.fields.map(({ name }) => name);
  if (field === undefined) {
    report(
      "unknown-field",
      ["ownership", "via"],
      { name: last, entity: owner.name },
      { hint: suggestion(last, known) },
    );
  } else if (!["string", "uuid"].includes(field.type)) {
    const need = "a claim is compared with text or a uuid";
    report("bad-field-type", ["ownership", "via"], { name: last, type: field.type, need });
  }
}

function checkTenant(entity: Entity, report: Report): void {
  if (entity.tenant === undefined) return;
  const name = entity.tenant.field;
  const field = entity.fields.find((candidate) => candidate.name === name);
  const path = ["tenant", "field"];
  if (field === undefined) {
    const hint = suggestion(
      name,
      entity.fields.map((candidate) => candidate.name),
    );
    report("unknown-field", path, { name, entity: entity.name }, { hint });
  } else if (!["string", "uuid"].includes(field.type) || field.nullable) {
    report("bad-field-type", path, { name, type: field.type, need: "a tenant is text or a uuid, never null" });
  }
}

/** What every list takes beside its filters. */
const listParameters: ReadonlySet<string> = new Set(["sort", "limit", "cursor"]);

function checkList(entity: Entity, report: Report): void {
  for (const [key, use] of [
    ["filterable", "filter"],
    ["sortable", "sort"],
  ] as const) {
    checkFields(entity, entity.list[key], ["list", key], report);
    entity.list[key].forEach((name, index) => {
      const field = entity.fields.find((candidate) => candidate.name === name);
      const path = ["list", key, index];
      if (field?.sensitive === true) report("sensitive-field", path, { name, use });
      if (use === "filter" && listParameters.has(name)) report("list-parameter", path, { name });
      if (field?.type === "json")
        report("bad-field-type", path, { name, type: "json", need: `a list cannot ${use} by it` });
    });
  }
}
