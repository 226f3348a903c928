// Decision: a change is two statements, first the lock that reads what was, then the update: an update that looks and writes in
// one statement sees the snapshot from before it waited for the lock.
import { compileTemplate, type Entity, type NodeOf } from "@lintel/specs";
import { columnOf, sqlTypes } from "../columns.ts";
import { erasureColumn } from "../schema/erasure-trigger.ts";
import { type BindContext, type Parameter, StatementError, type WriteStatement } from "../statement.ts";
import { type Access, accessPredicates, firstColumn, ownsThrough, tenantClaim } from "./access.ts";
import { writable } from "./compile-create.ts";
import { expectation, type Site, templateValue, whereConditions } from "./conditions.ts";
import { allOf, commaList, placeholder, type Sql, sql, type ToStatement, table } from "./raw-sql.ts";
import { rowColumns, rowDecoder } from "./row-columns.ts";

export interface ChangeOptions {
  readonly toStatement: ToStatement;
  readonly access: Access;
  /** Rows at most, where the node has no limit of its own. */
  readonly rowLimit?: number | undefined;
}

type ChangeAction = Exclude<WriteStatement["action"], "create">;

/** The statements of a `write` node that changes rows: by key both go out at once, else the locked rows' ids are bound last. */
export function compileChange(node: NodeOf<"write">, site: Site, options: ChangeOptions): WriteStatement {
  const { entity } = site;
  const action = changeAction(node);
  const isByKey = node.key !== undefined;
  const limit = node.limit ?? (isByKey ? undefined : options.rowLimit);
  const states = action === "transition" ? transitionOf(node, entity) : undefined;
  const version = versionOf(node, site);
  return {
    type: "write",
    entity: entity.name,
    action,
    lock: options.toStatement(lockSql(node, site, options, states, limit)),
    apply: options.toStatement(applySql(node, site, options, states)),
    isByKey,
    decode: rowDecoder(entity),
    ...(states === undefined ? {} : { from: states.from, statusField: states.field }),
    ...(limit === undefined ? {} : { limit }),
    ...(version === undefined ? {} : { version }),
  };
}

interface States {
  readonly field: string;
  readonly from: readonly string[];
  readonly to: string;
}

function changeAction(node: NodeOf<"write">): ChangeAction {
  if (node.action !== "create" && node.action !== "delete") return node.action;
  throw new StatementError("unsupported", `node ${node.id}: action "${node.action}" is not run by this executor`);
}

function transitionOf(node: NodeOf<"write">, entity: Entity): States {
  const found = entity.status?.transitions.find(({ name }) => name === node.transition);
  if (entity.status !== undefined && found !== undefined) return { field: entity.status.field, ...found };
  const name = node.transition ?? "";
  throw new StatementError("unknown-name", `node ${node.id}: ${entity.name} has no transition "${name}"`);
}

function lockSql(
  node: NodeOf<"write">,
  site: Site,
  { access }: ChangeOptions,
  states: States | undefined,
  limit: number | undefined,
): Sql {
  const { entity } = site;
  const isByKey = node.key !== undefined;
  const conditions = [
    ...rowConditions(node, site, access),
    // By key a row in another state is found, so that the refusal can say so.
    ...(states === undefined || isByKey ? [] : [stateCondition(entity, states)]),
  ];
  // Rows are locked in one order by everyone, so that two such writes wait and do not deadlock.
  const tail = isByKey
    ? sql.raw("")
    : sql` order by "t"."id"${limit === undefined ? sql.raw("") : sql` limit ${sql.lit(limit + 1)}`}`;
  // A deletion waits for those who are about to refer to the row; other changes need not.
  const strength = sql.raw(node.action === "softDelete" ? "update" : "no key update");
  return sql`select ${rowColumns(entity, "t")} from ${table("app", entity.table)} as "t" where ${allOf(conditions)}${tail} for ${strength} of "t"`;
}

function applySql(node: NodeOf<"write">, site: Site, { access }: ChangeOptions, states: States | undefined): Sql {
  const { entity } = site;
  const now = placeholder({ bind: ({ now: instant }: BindContext) => instant }, sqlTypes.instant);
  const given = Object.entries(node.values).map(([name, template]) => {
    const column = writable(node, columnOf(entity, name));
    return { column, value: templateValue(site, column, template) };
  });
  const assignments = [
    ...given.map(({ column, value }) => sql`${sql.id(column.column)} = ${value}`),
    ...(states === undefined ? [] : [sql`${sql.id(columnOf(entity, states.field).column)} = ${constant(states.to)}`]),
    ...(node.action === "softDelete" ? [sql`"deleted_at" = ${now}`] : []),
    // A trigger does the rest, in the row and its history.
    ...(node.action === "erase" ? [sql`${sql.id(erasureColumn)} = ${now}`] : []),
    sql`"version" = "t"."version" + 1`,
    sql`"updated_at" = ${now}`,
  ];
  const valueOf = (name: string): Sql | undefined => given.find(({ column }) => column.name === name)?.value;
  const conditions = [
    ...rowConditions(node, site, access),
    ...(states === undefined ? [] : [stateCondition(entity, states)]),
    ...versionCondition(node, site),
    ...staysOwn(entity, access, valueOf),
    ...(node.key === undefined ? [sql`"t"."id" = any(${lockedIds})`] : []),
  ];
  return sql`update ${table("app", entity.table)} as "t" set ${commaList(assignments)} where ${allOf(conditions)} returning ${rowColumns(entity, "t")}`;
}

/** Takes the ids of the rows that the lock statement found; see `bindStatement`. */
const lockedIds = placeholder(
  {
    bind: () => {
      throw new StatementError(
        "value-mismatch",
        "the ids of the locked rows are missing; bind them with the statement",
      );
    },
  },
  "uuid[]",
);

function rowConditions(node: NodeOf<"write">, site: Site, access: Access): readonly Sql[] {
  const { entity } = site;
  const key = node.key === undefined ? [] : [sql`"t"."id" = ${templateValue(site, columnOf(entity, "id"), node.key)}`];
  // Who asks to be forgotten means what was deleted as well.
  const live = node.action === "erase" ? [] : [sql`"t"."deleted_at" is null`];
  return [...key, ...whereConditions(site, node.where, "t"), ...live, ...accessPredicates(entity, "t", access)];
}

function stateCondition(entity: Entity, { field, from }: States): Sql {
  return sql`${sql.id("t", columnOf(entity, field).column)} = any(${placeholder({ bind: () => from }, "text[]")})`;
}

function versionCondition(node: NodeOf<"write">, site: Site): readonly Sql[] {
  if (node.version === undefined || node.key === undefined) return [];
  const version = templateValue(site, columnOf(site.entity, "version"), node.version);
  return [sql`(${version} is null or "t"."version" = ${version})`]; // null: the caller expects no version
}

/** A change may not hand a row to another owner or tenant, when it is the caller's own that binds it. */
function staysOwn(entity: Entity, access: Access, valueOf: (name: string) => Sql | undefined): readonly Sql[] {
  const tenant = entity.tenant === undefined || !access.isTenantBound ? undefined : valueOf(entity.tenant.field);
  const [step = ""] = entity.ownership?.via ?? [];
  const owner = access.owned.has(entity.name) ? valueOf(firstColumn(entity, step).name) : undefined;
  return [
    ...(tenant === undefined || entity.tenant === undefined
      ? []
      : [sql`${tenant} = ${tenantClaim(entity, entity.tenant)}`]),
    ...(owner === undefined ? [] : [ownsThrough(entity, owner, access)]),
  ];
}

function versionOf(node: NodeOf<"write">, site: Site): WriteStatement["version"] {
  if (node.version === undefined || node.key === undefined) return undefined;
  const evaluate = compileTemplate(node.version, site.scope, expectation(columnOf(site.entity, "version")));
  return ({ context, fuel }) => {
    const value = evaluate(context, fuel);
    return typeof value === "number" ? value : null;
  };
}

function constant(text: string): Sql {
  const parameter: Parameter = { bind: () => text };
  return placeholder(parameter, "text");
}
