// Decision: what must hold whoever writes stands in the database: history, status machine, and that nothing live refers to a
// deleted row. Functions run as their owner, so that the executor needs no right on what they touch.
import type { Entity } from "@lintel/specs";
import { columnOf, entityNamed } from "../columns.ts";
import { boundedName, literal, qualified, quoted } from "../identifier.ts";
import { foreignKeyName, type Reference, referencesOf } from "./describe-constraints.ts";
import type { TriggerModel } from "./schema-model.ts";

/** Name that the status trigger's error carries as its constraint. */
function transitionName(entity: Entity): string {
  return boundedName(entity.table, columnOf(entity, entity.status?.field ?? "status").column, "transition");
}

/** The triggers of an entity's table by name; `deletable` are the entities that some tool soft-deletes. */
export function describeTriggers(
  entity: Entity,
  entities: readonly Entity[],
  deletable: ReadonlySet<string>,
): Readonly<Record<string, TriggerModel>> {
  const models = [
    historyTrigger(entity),
    ...(entity.status === undefined ? [] : [transitionTrigger(entity)]),
    ...referencesOf(entity).flatMap((reference) => referenceTrigger(entity, entities, reference, deletable)),
    ...(deletable.has(entity.name) ? deletionTriggers(entity, entities) : []),
  ];
  return Object.fromEntries(models.map((model) => [model.name, model.trigger]));
}

interface NamedTrigger {
  readonly name: string;
  readonly trigger: TriggerModel;
}

function named(entity: Entity, name: string, when: string, body: string): NamedTrigger {
  const routine = qualified("lintel", name);
  return {
    name,
    trigger: {
      routine:
        `CREATE OR REPLACE FUNCTION ${routine}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER ` +
        `SET search_path = pg_catalog, pg_temp AS ${literal(`BEGIN ${body} END`)}`,
      trigger: `CREATE OR REPLACE TRIGGER ${quoted(name)} ${when} EXECUTE FUNCTION ${routine}()`.replace(
        " ON TABLE ",
        ` ON ${qualified("app", entity.table)} `,
      ),
    },
  };
}

/** Keeps each superseded version of a row; the current one is in the table itself. */
function historyTrigger(entity: Entity): NamedTrigger {
  const target = qualified("history", entity.table);
  const columns = ["id", "version", "operation", "row"].map(quoted).join(", ");
  const values = `OLD.${quoted("id")}, OLD.${quoted("version")}, TG_OP, to_jsonb(OLD)`;
  const body = `INSERT INTO ${target} (${columns}) VALUES (${values}); RETURN NULL;`;
  return named(entity, boundedName(entity.table, "history"), "AFTER UPDATE OR DELETE ON TABLE FOR EACH ROW", body);
}

function transitionTrigger(entity: Entity): NamedTrigger {
  const column = quoted(columnOf(entity, entity.status?.field ?? "status").column);
  const pairs = (entity.status?.transitions ?? []).flatMap(({ from, to }) =>
    from.map((state) => `(${literal(state)}, ${literal(to)})`),
  );
  const allowed = pairs.length === 0 ? "false" : `(OLD.${column}, NEW.${column}) IN (${pairs.join(", ")})`;
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

/** What a soft deletion does to the rows that refer to the deleted one, as `onDelete` says. */
function deletionTriggers(entity: Entity, entities: readonly Entity[]): readonly NamedTrigger[] {
  const referring = entities.flatMap((child) =>
    referencesOf(child).flatMap((reference) => (reference.entity === entity.name ? [{ child, reference }] : [])),
  );
  if (referring.length === 0) return [];
  // Whoever inserts a row that refers to this one holds a KEY SHARE lock on it; FOR UPDATE waits for them.
  const lock = `PERFORM FROM ${qualified("app", entity.table)} WHERE ${quoted("id")} = NEW.${quoted("id")} FOR UPDATE;`;
  const body = `${lock} ${referring.map(({ child, reference }) => onDeletion(child, reference)).join(" ")} RETURN NEW;`;
  const gone = `OLD.${quoted("deleted_at")} IS NULL AND NEW.${quoted("deleted_at")} IS NOT NULL`;
  const when = `BEFORE UPDATE ON TABLE FOR EACH ROW WHEN (${gone})`;
  return [named(entity, boundedName(entity.table, "deletion"), when, body)];
}

function onDeletion(child: Entity, reference: Reference): string {
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
      return `UPDATE ${table} SET ${deletedAt} = NEW.${deletedAt}, ${stamp} ${where};`;
    case "setNull":
      return `UPDATE ${table} SET ${column} = NULL, ${stamp} ${where};`;
    case "restrict": {
      const error = raise(child, "23001", foreignKeyName(child, reference), "the row is still referred to");
      return `IF EXISTS (SELECT FROM ${table} ${where}) THEN ${error} END IF;`;
    }
  }
}

function tenantColumn(entity: Entity): string {
  return quoted(columnOf(entity, entity.tenant?.field ?? "").column);
}

function raise(entity: Entity, code: string, constraint: string, message: string): string {
  const detail = [
    `MESSAGE = ${literal(message)}`,
    `ERRCODE = ${literal(code)}`,
    `SCHEMA = 'app'`,
    `TABLE = ${literal(entity.table)}`,
    `CONSTRAINT = ${literal(constraint)}`,
  ];
  return `RAISE EXCEPTION USING ${detail.join(", ")};`;
}
