import type { NodeOf } from "@lintel/specs";
import { columnOf } from "../columns.ts";
import type { ReadStatement } from "../statement.ts";
import { type Access, accessPredicates } from "./access.ts";
import { type Site, whereConditions } from "./conditions.ts";
import { includesOf } from "./includes.ts";
import { allOf, columnRef, commaList, type Sql, sql, type ToStatement, table } from "./raw-sql.ts";
import { rowColumns, rowDecoder, rowWidth } from "./row-columns.ts";

export interface ReadOptions {
  readonly toStatement: ToStatement;
  readonly access: Access;
  /** Locks the rows until the transaction ends. */
  readonly isLocking: boolean;
  /** Rows at most, where the node has no limit of its own. */
  readonly pageSize?: number | undefined;
}

/** The SELECT of a `read` node: rows, relationships and access in one statement. */
export function compileRead(node: NodeOf<"read">, site: Site, options: ReadOptions): ReadStatement {
  const { entity } = site;
  const { access } = options;
  const includes = includesOf(entity, node.include, access);
  const conditions = [
    ...whereConditions(site, node.where, "t"),
    ...(node.includeDeleted ? [] : [sql`"t"."deleted_at" is null`]),
    ...accessPredicates(entity, "t", access),
  ];
  const columns = commaList([rowColumns(entity, "t"), ...includes.map(({ column }) => column)]);
  const joins = sql.join(
    includes.map(({ join }) => join),
    sql.raw(""),
  );
  const limit = node.one ? 1 : (node.limit ?? options.pageSize);
  const text = sql`select ${columns} from ${table("app", entity.table)} as "t"${joins} where ${allOf(conditions)} order by ${order(node, site)}${limitClause(limit)}${options.isLocking ? sql.raw(' for update of "t"') : sql.raw("")}`;
  const decodeOwn = rowDecoder(entity);
  const width = rowWidth(entity);
  return {
    type: "read",
    entity: entity.name,
    statement: options.toStatement(text),
    decode: (texts) => {
      const related = includes.map(({ name, decode }, index) => [name, decode(texts[width + index] ?? null)] as const);
      return { ...decodeOwn(texts), ...Object.fromEntries(related) };
    },
  };
}

/** The key comes last, so that equal rows always come in the same order. */
function order(node: NodeOf<"read">, site: Site): Sql {
  const wanted = node.sort.map(({ field, direction }) => {
    return sql`${columnRef("t", columnOf(site.entity, field).column)} ${sql.raw(direction === "desc" ? "desc" : "asc")}`;
  });
  return commaList([...wanted, sql`"t"."id"`]);
}

function limitClause(limit: number | undefined): Sql {
  return limit === undefined ? sql.raw("") : sql` limit ${sql.lit(limit)}`;
}
