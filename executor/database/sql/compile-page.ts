import type { Sort } from "@lintel/specs";
import { columnOf, type EntityColumn, sqlTypes } from "../columns.ts";
import type { Parameter } from "../statement.ts";
import type { Site } from "./conditions.ts";
import { encodeValue } from "./encode-value.ts";
import { columnRef, placeholder, type Sql, sql } from "./raw-sql.ts";

/** One column of an order, and the cursor's value for it. */
interface Term {
  readonly column: Sql;
  readonly value: Sql;
  readonly isNullable: boolean;
  readonly isDescending: boolean;
}

/** The rows that come behind the cursor in this order, which ends with the key. */
export function behindCursor(sort: readonly Sort[], site: Site): Sql {
  const terms = sort.map(({ field, direction }, index): Term => {
    const column = columnOf(site.entity, field);
    return {
      column: columnRef("t", column.column),
      value: placeholder(cursorValue(column, index), sqlTypes[column.field.type]),
      isNullable: column.field.nullable,
      isDescending: direction === "desc",
    };
  });
  return sql`${startOf(terms[0])}${behind(terms)}`;
}

function cursorValue({ field }: EntityColumn, index: number): Parameter {
  return { bind: ({ cursor }) => encodeValue(field, cursor?.[index] ?? null) };
}

/** What an index can begin at; the condition behind it says the same more finely. */
function startOf(first: Term | undefined): Sql {
  if (first === undefined || first.isNullable) return sql.raw("");
  return sql`${first.column} ${sql.raw(first.isDescending ? "<=" : ">=")} ${first.value} and `;
}

function behind(terms: readonly Term[]): Sql {
  const [first, ...rest] = terms;
  if (first === undefined) return sql.raw("false");
  if (rest.length === 0) return later(first);
  return sql`(${later(first)} or (${same(first)} and ${behind(rest)}))`;
}

/** PostgreSQL sorts nulls last ascending, and first descending. */
function later({ column, value, isNullable, isDescending }: Term): Sql {
  if (!isNullable) return sql`${column} ${sql.raw(isDescending ? "<" : ">")} ${value}`;
  if (isDescending) return sql`(${column} < ${value} or (${value} is null and ${column} is not null))`;
  return sql`(${column} > ${value} or (${column} is null and ${value} is not null))`;
}

function same({ column, value, isNullable }: Term): Sql {
  return isNullable ? sql`${column} is not distinct from ${value}` : sql`${column} = ${value}`;
}
