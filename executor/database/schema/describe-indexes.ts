import type { Entity } from "@lintel/specs";
import { columnOf } from "../columns.ts";
import { boundedName, quoted } from "../identifier.ts";
import { referencesOf } from "./describe-constraints.ts";
import type { IndexModel } from "./schema-model.ts";

/** Name of the unique index over fields. */
export function uniqueName(entity: Entity, fields: readonly string[]): string {
  return boundedName(entity.table, ...fields.map((field) => columnOf(entity, field).column), "key");
}

/** Unique indexes over live rows, and indexes for references and filters that no unique one begins with. */
export function describeIndexes(entity: Entity): Readonly<Record<string, IndexModel>> {
  const tenant = entity.tenant === undefined ? [] : [entity.tenant.field];
  const unique = entity.unique.map((fields) => [...tenant, ...fields.filter((field) => !tenant.includes(field))]);
  const covered = new Set(unique.map(([first]) => first));
  const wanted = [...referencesOf(entity).map(({ field }) => field), ...tenant, ...entity.list.filterable];
  const plain = [...new Set(wanted)].filter((field) => field !== entity.key && !covered.has(field));
  return Object.fromEntries([
    ...entity.unique.map(
      (fields, index) => [uniqueName(entity, fields), uniqueIndex(entity, unique[index] ?? fields)] as const,
    ),
    ...plain.map((field) => plainIndex(entity, field)),
  ]);
}

function uniqueIndex(entity: Entity, fields: readonly string[]): IndexModel {
  return { isUnique: true, definition: `(${columnList(entity, fields)}) WHERE ${quoted("deleted_at")} IS NULL` };
}

function plainIndex(entity: Entity, field: string): readonly [string, IndexModel] {
  const name = boundedName(entity.table, columnOf(entity, field).column, "idx");
  return [name, { isUnique: false, definition: `(${columnList(entity, [field])})` }];
}

function columnList(entity: Entity, fields: readonly string[]): string {
  return fields.map((field) => quoted(columnOf(entity, field).column)).join(", ");
}
