import { compileTemplate, type NodeOf, type OrderBy, type Sort } from "@lintel/specs";
import { columnOf } from "../columns.ts";
import { type BindContext, type Parameter, type ReadStatement, type Statement, StatementError } from "../statement.ts";
import { type Access, accessPredicates } from "./access.ts";
import { type Site, whereConditions } from "./conditions.ts";
import { includesOf } from "./includes.ts";
import { allOf, columnRef, commaList, placeholder, type Sql, sql, type ToStatement, table } from "./raw-sql.ts";
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
  const includes = includesOf(entity, node.include, options.access);
  const conditions = [
    ...whereConditions(site, node.where, "t"),
    ...(node.includeDeleted ? [] : [sql`"t"."deleted_at" is null`]),
    ...accessPredicates(entity, "t", options.access),
  ];
  const columns = commaList([rowColumns(entity, "t"), ...includes.map(({ column }) => column)]);
  const joins = includes.map(({ join }) => join);
  const joined = joins.length === 0 ? sql.raw("") : sql.join(joins, sql.raw(""));
  const from = sql`select ${columns} from ${table("app", entity.table)} as "t"${joined} where ${allOf(conditions)}`;
  const tail = sql`${limitClause(node, site, options)}${sql.raw(options.isLocking ? ' for update of "t"' : "")}`;
  const inOrder = (sort: readonly Sort[]): Statement => {
    return options.toStatement(sql`${from} order by ${orderClause(sort, site)}${tail}`);
  };
  const decodeOwn = rowDecoder(entity);
  const width = rowWidth(entity);
  return {
    type: "read",
    entity: entity.name,
    statement: inOrder(node.sort),
    ...(node.orderBy === undefined ? {} : { ordered: ordered(node, node.orderBy, site, inOrder) }),
    decode: (texts) => {
      const related = includes.map(({ name, decode }, index) => [name, decode(texts[width + index] ?? null)] as const);
      return { ...decodeOwn(texts), ...Object.fromEntries(related) };
    },
  };
}

/** One statement per allowed order, so that each is sorted by an index where there is one. */
function ordered(
  node: NodeOf<"read">,
  { by, allowed }: OrderBy,
  site: Site,
  inOrder: (sort: readonly Sort[]) => Statement,
): NonNullable<ReadStatement["ordered"]> {
  const evaluate = compileTemplate(by, site.scope);
  const statements = allowed.flatMap((field) => [
    [field, inOrder([{ field, direction: "asc" }, ...node.sort])] as const,
    [`-${field}`, inOrder([{ field, direction: "desc" }, ...node.sort])] as const,
  ]);
  return { by: ({ context, fuel }) => evaluate(context, fuel), statements: Object.fromEntries(statements) };
}

/** The key comes last, so that equal rows always come in the same order. */
function orderClause(sort: readonly Sort[], site: Site): Sql {
  const { key } = site.entity;
  const complete = sort.some(({ field }) => field === key)
    ? sort
    : [...sort, { field: key, direction: "asc" } as const];
  const terms = complete.map(({ field, direction }) => {
    return sql`${columnRef("t", columnOf(site.entity, field).column)}${sql.raw(direction === "desc" ? " desc" : "")}`;
  });
  return commaList(terms);
}

function limitClause(node: NodeOf<"read">, site: Site, { pageSize }: ReadOptions): Sql {
  const limit = node.one ? 1 : (node.limit ?? pageSize);
  if (limit === undefined) return sql.raw("");
  if (node.take === undefined) return sql` limit ${sql.lit(limit)}`;
  const evaluate = compileTemplate(node.take, site.scope);
  const parameter: Parameter = { bind: ({ context, fuel }: BindContext) => rowCount(evaluate(context, fuel), limit) };
  return sql` limit ${placeholder(parameter, "bigint")}`;
}

function rowCount(value: unknown, limit: number): string {
  if (value === null) return String(limit);
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= limit) return String(value);
  throw new StatementError("value-mismatch", `a number of rows from 1 to ${String(limit)} was expected`);
}
