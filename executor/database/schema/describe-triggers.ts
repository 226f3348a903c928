// Decision: what must hold whoever writes stands in the database: history, status machine, and that nothing live refers to a
// deleted row. Functions run as their owner, so that the executor needs no right on what they touch.
import type { Entity } from "@lintel/specs";
import { columnOf, entityNamed } from "../columns.ts";
import { boundedName, literal, qualified, quoted } from "../identifier.ts";
import { deletionTriggers } from "./deletion-trigger.ts";
import { foreignKeyName, type Reference, referencesOf } from "./describe-constraints.ts";
import { erasedRow, erasureColumn, erasureTrigger } from "./erasure-trigger.ts";
import { type NamedTrigger, named, raise } from "./named-trigger.ts";
import type { TriggerModel } from "./schema-model.ts";

/** Name that the status trigger's error carries as its constraint. */
function transitionName(entity: Entity): string {
  return boundedName(entity.table, columnOf(entity, entity.status?.field ?? "status").column, "transition");
}

/** Names of the entities whose rows some tool soft-deletes, and erases. */
export interface Removals {
  readonly deletable: ReadonlySet<string>;
  readonly erasable: ReadonlySet<string>;
}

/** The triggers of an entity's table by name. */
export function describeTriggers(
  entity: Entity,
  entities: readonly Entity[],
  { deletable, erasable }: Removals,
): Readonly<Record<string, TriggerModel>> {
  const isErasable = erasable.has(entity.name);
  const models = [
    historyTrigger(entity, isErasable),
    ...(isErasable ? [erasureTrigger(entity)] : []),
    ...(entity.status === undefined ? [] : [transitionTrigger(entity)]),
    ...referencesOf(entity).flatMap((reference) => referenceTrigger(entity, entities, reference, deletable)),
    ...(deletable.has(entity.name) ? deletionTriggers(entity, entities) : []),
  ];
  return Object.fromEntries(models.map((model) => [model.name, model.trigger]));
}

/** Keeps each superseded version of a row; the current one is in the table itself. */
function historyTrigger(entity: Entity, isErasable: boolean): NamedTrigger {
  const target = qualified("history", entity.table);
  const insert = (operation: string, row: string): string => {
    const columns = ["id", "version", "operation", "row"].map(quoted).join(", ");
    return `INSERT INTO ${target} (${columns}) VALUES (OLD.${quoted("id")}, OLD.${quoted("version")}, ${operation}, ${row});`;
  };
  const usual = `${insert("TG_OP", "to_jsonb(OLD)")} RETURN NULL;`;
  const body = isErasable ? `${erasing(entity, target, insert)} ${usual}` : usual;
  return named(entity, boundedName(entity.table, "history"), "AFTER UPDATE OR DELETE ON TABLE FOR EACH ROW", body);
}

/** An erasure goes through all versions, and keeps of the superseded one no more than of them. */
function erasing(entity: Entity, target: string, insert: (operation: string, row: string) => string): string {
  const at = quoted(erasureColumn);
  const steps = [
    `UPDATE ${target} SET ${quoted("row")} = ${erasedRow(entity, quoted("row"))} WHERE ${quoted("id")} = OLD.${quoted("id")};`,
    insert(literal("ERASE"), erasedRow(entity, "to_jsonb(OLD)")),
    "RETURN NULL;",
  ];
  // In a deletion there is no NEW row to compare.
  return `IF TG_OP = 'UPDATE' THEN IF NEW.${at} IS DISTINCT FROM OLD.${at} THEN ${steps.join(" ")} END IF; END IF;`;
}

function transitionTrigger(entity: Entity): NamedTrigger {
  const column = quoted(columnOf(entity, entity.status?.field ?? "status").column);
  const pairs = (entity.status?.transitions ?? []).flatMap(({ from, to }) =>
    from.map((state) => `(${literal(state)}, ${literal(to)})`),
  );
  // In one order, so that the same pairs are the same function.
  const distinct = [...new Set(pairs)].sort();
  const allowed = distinct.length === 0 ? "false" : `(OLD.${column}, NEW.${column}) IN (${distinct.join(", ")})`;
  const error = raise(entity, "23514", transitionName(entity), "the status machine has no such transition");
  return named(
    entity,
    transitionName(entity),
    `BEFORE UPDATE ON TABLE FOR EACH ROW WHEN (OLD.${column} IS DISTINCT FROM NEW.${column})`,
    `IF NOT (${allowed}) THEN ${error} END IF; RETURN NEW;`,
  );
}

/** A row refers only to a live row, of its own tenant. The lock lasts until commit: a deletion waits for it. */
function referenceTrigger(
  entity: Entity,
  entities: readonly Entity[],
  reference: Reference,
  deletable: ReadonlySet<string>,
): readonly NamedTrigger[] {
  const parent = entityNamed(entities, reference.entity);
  const tenants =
    entity.tenant === undefined || parent.tenant === undefined
      ? []
      : [`${tenantColumn(parent)} IS NOT DISTINCT FROM NEW.${tenantColumn(entity)}`];
  if (tenants.length === 0 && !deletable.has(parent.name)) return [];
  const column = quoted(columnOf(entity, reference.field).column);
  const conditions = [`${quoted("id")} = NEW.${column}`, `${quoted("deleted_at")} IS NULL`, ...tenants];
  const name = boundedName(entity.table, columnOf(entity, reference.field).column, "live");
  const error = raise(entity, "23503", foreignKeyName(entity, reference), "the row that is referred to does not exist");
  const changed = [column, ...(tenants.length === 0 ? [] : [tenantColumn(entity)])].join(", ");
  return [
    named(
      entity,
      name,
      `BEFORE INSERT OR UPDATE OF ${changed} ON TABLE FOR EACH ROW WHEN (NEW.${column} IS NOT NULL)`,
      `PERFORM FROM ${qualified("app", parent.table)} WHERE ${conditions.join(" AND ")} FOR KEY SHARE; ` +
        `IF NOT FOUND THEN ${error} END IF; RETURN NEW;`,
    ),
  ];
}

function tenantColumn(entity: Entity): string {
  return quoted(columnOf(entity, entity.tenant?.field ?? "").column);
}
