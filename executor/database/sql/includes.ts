import type { Entity, JsonObject, JsonValue, Relationship } from "@lintel/specs";
import { columnOf, entityNamed } from "../columns.ts";
import { StatementError } from "../statement.ts";
import { type Access, accessPredicates } from "./access.ts";
import { allOf, columnRef, type Sql, sql, table } from "./raw-sql.ts";
import { rowArray, rowDecoder } from "./row-columns.ts";

/** A relationship's rows beside each row, from the same statement. */
export interface Include {
  /** One column of the select list. */
  readonly column: Sql;
  readonly join: Sql;
  readonly name: string;
  readonly decode: (text: string | null) => JsonValue;
}

/** The named relationships of `t`. @throws StatementError unknown-name */
export function includesOf(entity: Entity, names: readonly string[], access: Access): readonly Include[] {
  return names.map((name, index) => {
    const relationship = entity.relationships.find((candidate) => candidate.name === name);
    if (relationship !== undefined) return include(entity, relationship, access, index + 1);
    throw new StatementError("unknown-name", `entity ${entity.name} has no relationship "${name}" to include`);
  });
}

function include(entity: Entity, relationship: Relationship, access: Access, index: number): Include {
  const other = entityNamed(access.entities, relationship.entity);
  const [alias, lateral] = [`r${String(index)}`, `i${String(index)}`];
  const isOne = relationship.type === "belongsTo" || relationship.type === "hasOne";
  const maximum = isOne ? 1 : other.list.maximum;
  // One more than may be is enough to see that there are too many.
  const limit = isOne ? 1 : maximum + 1;
  const conditions = [
    link(entity, relationship, alias, access),
    sql`${columnRef(alias, "deleted_at")} is null`,
    ...accessPredicates(other, alias, access),
  ];
  const rows = sql`select ${rowArray(other, alias)} as "row" from ${table("app", other.table)} as ${sql.id(alias)} where ${allOf(conditions)} order by ${columnRef(alias, "id")} limit ${sql.lit(limit)}`;
  const decode = rowDecoder(other);
  return {
    name: relationship.name,
    column: columnRef(lateral, "rows"),
    join: sql` left join lateral (select jsonb_agg("row") as "rows" from (${rows}) as "s") as ${sql.id(lateral)} on true`,
    decode: (text) => {
      const found = decodeRows(text, decode);
      if (isOne) return found[0] ?? null;
      if (found.length <= maximum) return found;
      const message = `${entity.name}.${relationship.name} has more than ${String(maximum)} rows; read them on their own`;
      throw new StatementError("too-many-rows", message);
    },
  };
}

function decodeRows(text: string | null, decode: (columns: readonly (string | null)[]) => JsonObject): JsonObject[] {
  if (text === null) return [];
  return (JSON.parse(text) as readonly (readonly (string | null)[])[]).map((columns) => decode(columns));
}

function link(entity: Entity, relationship: Relationship, alias: string, access: Access): Sql {
  const { type, field } = relationship;
  if (type === "belongsTo") return sql`${columnRef(alias, "id")} = ${columnRef("t", columnOf(entity, field).column)}`;
  const other = entityNamed(access.entities, relationship.entity);
  if (type !== "through") return sql`${columnRef(alias, columnOf(other, field).column)} = ${columnRef("t", "id")}`;
  const join = entityNamed(access.entities, relationship.through ?? "");
  const far = join.fields.find(({ name, ref }) => ref === other.name && name !== field);
  const conditions = [
    sql`${columnRef("j", columnOf(join, field).column)} = ${columnRef("t", "id")}`,
    sql`${columnRef("j", columnOf(join, far?.name ?? "").column)} = ${columnRef(alias, "id")}`,
    sql`${columnRef("j", "deleted_at")} is null`,
    ...accessPredicates(join, "j", access),
  ];
  return sql`exists (select from ${table("app", join.table)} as "j" where ${allOf(conditions)})`;
}
