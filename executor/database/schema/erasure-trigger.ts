// Decision: the database erases, whoever asks for it: the executor's role only says when (`erased_at`), and so it needs no right on
// personal columns or on the history (docs/decisions/0019).
import { allNodes, type Bundle, type Entity, erasedValue, type Field, personalFields } from "@lintel/specs";
import { columnOf, columnsOf } from "../columns.ts";
import { boundedName, literal, quoted } from "../identifier.ts";
import { encodeValue } from "../sql/encode-value.ts";
import { StatementError } from "../statement.ts";
import { type NamedTrigger, named } from "./named-trigger.ts";

/** When a row was last erased; writing it erases the row. */
export const erasureColumn = "erased_at";

/** Names of entities whose rows some tool erases. */
export function erasable({ tools }: Bundle): ReadonlySet<string> {
  const writes = tools.flatMap(({ flow }) => allNodes(flow).filter((node) => node.type === "write"));
  return new Set(writes.flatMap(({ action, entity }) => (action === "erase" ? [entity] : [])));
}

/**
 * Takes personal values out of a row whose `erased_at` is written, and all that no listed bundle knows.
 * @throws StatementError naming a personal field that has to hold something
 */
export function erasureTrigger(entity: Entity): NamedTrigger {
  const at = quoted(erasureColumn);
  // Later than the last time, so that the history sees that the row is erased again.
  const stamp = `greatest(NEW.${at}, OLD.${at} + interval '1 millisecond')`;
  const body = [
    `NEW.${at} := coalesce(${stamp}, clock_timestamp());`,
    ...entity.fields.filter(({ personal }) => personal).flatMap((field) => assignments(entity, field)),
    `NEW := jsonb_populate_record(NEW, (SELECT coalesce(jsonb_object_agg("attname"::text, NULL::text), '{}') ` +
      `FROM "pg_attribute" WHERE "attrelid" = TG_RELID AND "attnum" > 0 AND NOT "attisdropped" AND NOT "attnotnull" ` +
      `AND "attgenerated" = '' AND "attname" <> ALL (${textArray(knownColumns(entity))})));`,
    "RETURN NEW;",
  ].join(" ");
  // After those that a bridge adds, which begin with a digit: names say the order.
  const when = `BEFORE UPDATE OF ${at} ON TABLE FOR EACH ROW`;
  return named(entity, boundedName(entity.table, "erasure"), when, body);
}

/** What of a version may stay in the history: only what the specs know and do not call personal. */
export function erasedRow(entity: Entity, row: string): string {
  const personal = personalFields(entity);
  const kept = columnsOf(entity)
    .filter(({ name }) => !personal.has(name))
    .map(({ column }) => column);
  const columns = textArray([...kept, "deleted_at", erasureColumn]);
  return `(SELECT jsonb_object_agg("key", "value") FROM jsonb_each(${row}) WHERE "key" = ANY (${columns}))`;
}

/** A field that has a second name for now holds the same under both. */
function assignments(entity: Entity, field: Field): readonly string[] {
  const cell = cellOf(entity, field);
  const newer = entity.fields.find(({ renamedFrom }) => renamedFrom === field.name);
  if (newer !== undefined) return newer.personal ? [] : pair(entity, newer, field);
  const older = entity.fields.find(({ name }) => name === field.renamedFrom);
  if (older !== undefined) return pair(entity, field, older);
  const value = valueOf(entity, field);
  return value === undefined ? [] : [`${cell} := ${value};`];
}

function pair(entity: Entity, newer: Field, older: Field): readonly string[] {
  const value = valueOf(entity, newer) ?? "NULL";
  return [newer, older].map((field) => `${cellOf(entity, field)} := ${value};`);
}

function cellOf(entity: Entity, { name }: Field): string {
  return `NEW.${quoted(columnOf(entity, name).column)}`;
}

/** SQL of what is left; undefined where PostgreSQL computes it. */
function valueOf(entity: Entity, field: Field): string | undefined {
  const erased = erasedValue(entity, field);
  switch (erased.type) {
    case "null":
      return "NULL";
    case "value":
      return literal(encodeValue(field, erased.value) ?? "").trim();
    case "key":
      return `NEW.${quoted("id")}::text`;
    case "computed":
      return undefined;
    case "impossible":
      throw new StatementError("unsupported", `${entity.name}.${field.name} cannot be erased: ${erased.reason}`);
  }
}

function knownColumns(entity: Entity): readonly string[] {
  return [...columnsOf(entity).map(({ column }) => column), "deleted_at", erasureColumn];
}

function textArray(names: readonly string[]): string {
  return `ARRAY[${names.map((name) => literal(name)).join(", ")}]::text[]`;
}
