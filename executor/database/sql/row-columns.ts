import type { Entity, JsonObject } from "@lintel/specs";
import { columnsOf, type EntityColumn } from "../columns.ts";
import { decodeValue } from "./decode-value.ts";
import { columnRef, commaList, type Sql, sql } from "./raw-sql.ts";

/** The columns that a row shows, as a select list over `alias`. */
export function rowColumns(entity: Entity, alias: string): Sql {
  return commaList(columnsOf(entity).map(({ column }) => columnRef(alias, column)));
}

/** The same as one jsonb array of text, for rows inside rows: text decodes the same way wherever it stands. */
export function rowArray(entity: Entity, alias: string): Sql {
  const texts = columnsOf(entity).map(({ column }) => sql`${columnRef(alias, column)}::text`);
  return sql`to_jsonb(array[${commaList(texts)}])`;
}

/** How many columns a row shows. */
export function rowWidth(entity: Entity): number {
  return columnsOf(entity).length;
}

/** Decodes the columns of {@link rowColumns}. */
export function rowDecoder(entity: Entity): (columns: readonly (string | null)[]) => JsonObject {
  const columns = columnsOf(entity);
  return (texts) => Object.fromEntries(columns.map((column, index) => [column.name, value(column, texts[index])]));
}

function value({ field }: EntityColumn, text: string | null | undefined): ReturnType<typeof decodeValue> {
  return decodeValue(field, text ?? null);
}
