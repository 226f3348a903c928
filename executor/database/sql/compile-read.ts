import { compileTemplate, type NodeOf, type OrderBy, type Page, type Sort } from "@lintel/specs";
import { columnOf } from "../columns.ts";
import { type BindContext, type Parameter, type ReadStatement, type Statement, StatementError } from "../statement.ts";
import { type Access, accessPredicates } from "./access.ts";
import { behindCursor } from "./compile-page.ts";
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

/** Rows of a page that nothing limits. */
const fallbackPageSize = 50;

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
  const from = sql`select ${columns} from ${table("app", entity.table)} as "t"${joined}`;
  const tail = sql`${limitClause(node, site, options)}${sql.raw(options.isLocking ? ' for update of "t"' : "")}`;
  const select = (sort: readonly Sort[], all: readonly Sql[]): Statement => {
    return options.toStatement(sql`${from} where ${allOf(all)} order by ${orderClause(sort, site)}${tail}`);
  };
  const inOrder = (sort: readonly Sort[]): Statement => select(withKey(sort, site), conditions);
  const resume = (sort: readonly Sort[]): Statement => {
    const complete = withKey(sort, site);
    return select(complete, [...conditions, behindCursor(complete, site)]);
  };
  const decodeOwn = rowDecoder(entity);
  const width = rowWidth(entity);
  return {
    type: "read",
    entity: entity.name,
    statement: inOrder(node.sort),
    ...(node.orderBy === undefined ? {} : { ordered: ordered(node, node.orderBy, site, inOrder) }),
    ...(node.page === undefined ? {} : { page: pageOf(node, node.page, site, options, resume) }),
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
  const statements = ordersOf(node, allowed).map(([name, sort]) => [name, inOrder(sort)] as const);
  return { by: ({ context, fuel }) => evaluate(context, fuel), statements: Object.fromEntries(statements) };
}

/** The orders that a caller may choose, by name. */
function ordersOf(node: NodeOf<"read">, allowed: readonly string[]): readonly (readonly [string, readonly Sort[]])[] {
  return allowed.flatMap((field) => [
    [field, [{ field, direction: "asc" }, ...node.sort]] as const,
    [`-${field}`, [{ field, direction: "desc" }, ...node.sort]] as const,
  ]);
}

function pageOf(
  node: NodeOf<"read">,
  { after }: Page,
  site: Site,
  options: ReadOptions,
  resume: (sort: readonly Sort[]) => Statement,
): NonNullable<ReadStatement["page"]> {
  const evaluate = compileTemplate(after, site.scope);
  const orders = [["", node.sort] as const, ...ordersOf(node, node.orderBy?.allowed ?? [])].map(([name, sort]) => {
    const fields = withKey(sort, site).map(({ field }) => field);
    return [name, { resume: resume(sort), fields }] as const;
  });
  return {
    after: ({ context, fuel }) => evaluate(context, fuel),
    size: rowsWanted(node, site, options),
    orders: Object.fromEntries(orders),
  };
}

/** The key comes last, so that equal rows always come in the same order; what stands behind it decides nothing. */
function withKey(sort: readonly Sort[], { entity: { key } }: Site): readonly Sort[] {
  const fields = sort.map(({ field }) => field);
  const distinct = sort.filter(({ field }, index) => fields.indexOf(field) === index);
  const at = distinct.findIndex(({ field }) => field === key);
  return at === -1 ? [...distinct, { field: key, direction: "asc" }] : distinct.slice(0, at + 1);
}

function orderClause(sort: readonly Sort[], site: Site): Sql {
  const terms = sort.map(({ field, direction }) => {
    return sql`${columnRef("t", columnOf(site.entity, field).column)}${sql.raw(direction === "desc" ? " desc" : "")}`;
  });
  return commaList(terms);
}

/** A page asks for one row more than it shows. */
function limitClause(node: NodeOf<"read">, site: Site, options: ReadOptions): Sql {
  const limit = limitOf(node, options);
  if (limit === undefined) return sql.raw("");
  const more = node.page === undefined ? 0 : 1;
  if (node.take === undefined) return sql` limit ${sql.lit(limit + more)}`;
  const wanted = rowsWanted(node, site, options);
  const parameter: Parameter = { bind: (bind) => String(wanted(bind) + more) };
  return sql` limit ${placeholder(parameter, "bigint")}`;
}

function limitOf(node: NodeOf<"read">, { pageSize }: ReadOptions): number | undefined {
  if (node.one) return 1;
  // The loader gives every page a limit; one that was forged without ends here.
  return node.limit ?? pageSize ?? (node.page === undefined ? undefined : fallbackPageSize);
}

function rowsWanted(node: NodeOf<"read">, site: Site, options: ReadOptions): (bind: BindContext) => number {
  const limit = limitOf(node, options) ?? Number.MAX_SAFE_INTEGER;
  if (node.take === undefined) return () => limit;
  const evaluate = compileTemplate(node.take, site.scope);
  return ({ context, fuel }) => rowCount(evaluate(context, fuel), limit);
}

function rowCount(value: unknown, limit: number): number {
  if (value === null) return limit;
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= limit) return value;
  throw new StatementError("value-mismatch", `a number of rows from 1 to ${String(limit)} was expected`);
}
