// Decision: a deletion reaches the rows that refer to the deleted one in the database, whoever deletes; what it changed there is
// noted in a setting of the transaction, from which the executor reads it for its invariants, budget and audit entry.
import type { Entity } from "@lintel/specs";
import { columnOf, columnsOf } from "../columns.ts";
import { boundedName, literal, qualified, quoted } from "../identifier.ts";
import { foreignKeyName, type Reference, referencesOf } from "./describe-constraints.ts";
import { type NamedTrigger, named, raise } from "./named-trigger.ts";

/** Setting, local to a transaction, with one line of JSON per row that deletions have changed: a {@link NotedRow}. */
export const cascadeSetting = "lintel.cascaded";

/** A row that a deletion of another one has changed. */
export interface NotedRow {
  /** The names that the listed bundles have for the entity. */
  readonly entities: readonly string[];
  /** The names that they have for the field that referred to the deleted row. */
  readonly fields: readonly string[];
  /** The deleted row's id. */
  readonly parent: string;
  readonly onDelete: "cascade" | "setNull";
  /** The row as it is now: columns as text by name, because the listed bundles order and know them differently. */
  readonly row: Readonly<Record<string, string | null>>;
}

interface Referring {
  readonly child: Entity;
  readonly reference: Reference;
}

/** What a soft deletion does to the rows that refer to the deleted one, as `onDelete` says. */
export function deletionTriggers(entity: Entity, entities: readonly Entity[]): readonly NamedTrigger[] {
  const referring = referringTo(entity.name, entities);
  if (referring.length === 0) return [];
  // Whoever inserts a row that refers to this one holds a KEY SHARE lock on it; FOR UPDATE waits for them.
  const lock = `PERFORM FROM ${qualified("app", entity.table)} WHERE ${quoted("id")} = NEW.${quoted("id")} FOR UPDATE;`;
  const steps = referring.map(onDeletion).join(" ");
  const body = `DECLARE "lintel_noted" text; BEGIN ${lock} ${steps} RETURN NEW; END;`;
  const gone = `OLD.${quoted("deleted_at")} IS NULL AND NEW.${quoted("deleted_at")} IS NOT NULL`;
  const when = `BEFORE UPDATE ON TABLE FOR EACH ROW WHEN (${gone})`;
  return [named(entity, boundedName(entity.table, "deletion"), when, body)];
}

/** Names of the entities whose rows lose a reference when rows of these are deleted, also through cascades. */
export function clearedBy(names: readonly string[], entities: readonly Entity[]): ReadonlySet<string> {
  const cleared = new Set<string>();
  const gone = new Set(names);
  for (const name of gone) {
    for (const { child, reference } of referringTo(name, entities)) {
      if (reference.onDelete === "setNull") cleared.add(child.name);
      if (reference.onDelete === "cascade") gone.add(child.name);
    }
  }
  return cleared;
}

function referringTo(name: string, entities: readonly Entity[]): readonly Referring[] {
  return entities.flatMap((child) =>
    referencesOf(child).flatMap((reference) => (reference.entity === name ? [{ child, reference }] : [])),
  );
}

function onDeletion({ child, reference }: Referring): string {
  const table = qualified("app", child.table);
  const column = quoted(columnOf(child, reference.field).column);
  const [deletedAt, updatedAt, version] = ["deleted_at", "updated_at", "version"].map(quoted) as [
    string,
    string,
    string,
  ];
  const where = `WHERE ${column} = NEW.${quoted("id")} AND ${deletedAt} IS NULL`;
  const stamp = `${updatedAt} = NEW.${updatedAt}, ${version} = ${version} + 1`;
  switch (reference.onDelete) {
    case "cascade":
      return noting(child, reference, `UPDATE ${table} SET ${deletedAt} = NEW.${deletedAt}, ${stamp} ${where}`);
    case "setNull":
      return noting(child, reference, `UPDATE ${table} SET ${column} = NULL, ${stamp} ${where}`);
    case "restrict": {
      const error = raise(child, "23001", foreignKeyName(child, reference), "the row is still referred to");
      return `IF EXISTS (SELECT FROM ${table} ${where}) THEN ${error} END IF;`;
    }
  }
}

/** Runs the update; what it changed goes behind what deletions further down, which it has set off, have noted. */
function noting(child: Entity, { field, onDelete }: Reference, update: string): string {
  const columns = columnsOf(child).map(({ column }) => column);
  const names = `ARRAY[${columns.map((column) => literal(column)).join(", ")}]`;
  const texts = `ARRAY[${columns.map((column) => `${quoted(column)}::text`).join(", ")}]`;
  const line = [
    `'entities', ${jsonNames([child.name, ...(child.renamedFrom === undefined ? [] : [child.renamedFrom])])}`,
    `'fields', ${jsonNames(fieldNames(child, field))}`,
    `'parent', NEW.${quoted("id")}`,
    `'onDelete', ${literal(onDelete)}`,
    `'row', "changed"."row"`,
  ].join(", ");
  const setting = literal(cascadeSetting);
  return (
    `WITH "changed" AS (${update} RETURNING jsonb_object(${names}, ${texts}) AS "row") ` +
    `SELECT string_agg(jsonb_build_object(${line})::text || chr(10), '') INTO "lintel_noted" FROM "changed"; ` +
    `PERFORM set_config(${setting}, concat(current_setting(${setting}, true), "lintel_noted"), true);`
  );
}

function fieldNames(entity: Entity, field: string): readonly string[] {
  const before = entity.fields.find(({ name }) => name === field)?.renamedFrom;
  const after = entity.fields.filter(({ renamedFrom }) => renamedFrom === field).map(({ name }) => name);
  return [field, ...(before === undefined ? [] : [before]), ...after];
}

function jsonNames(names: readonly string[]): string {
  return `${literal(JSON.stringify(names))}::jsonb`;
}
