import type { NodeOf } from "@lintel/specs";
import { columnsOf, type EntityColumn, sqlTypes } from "../columns.ts";
import { type BindContext, StatementError, type WriteStatement } from "../statement.ts";
import { type Access, claimPlaceholder, firstColumn, ownsThrough, tenantClaim } from "./access.ts";
import { type Site, templateValue } from "./conditions.ts";
import { allOf, commaList, placeholder, type Sql, sql, type ToStatement, table } from "./raw-sql.ts";
import { rowColumns, rowDecoder } from "./row-columns.ts";

interface Assignment {
  readonly column: EntityColumn;
  readonly value: Sql;
}

/** The INSERT of a `write` node with action `create`; it inserts nothing when the row would not be the caller's. */
export function compileCreate(
  node: NodeOf<"write">,
  site: Site,
  access: Access,
  toStatement: ToStatement,
): WriteStatement {
  const { entity } = site;
  const assignments = columnsOf(entity).flatMap((column) => assign(node, site, access, column));
  const names = commaList(assignments.map(({ column }) => sql.id(column.column)));
  const values = commaList(assignments.map(({ value }) => value));
  const conditions = createConditions(site, access, assignments);
  const source = conditions.length === 0 ? sql`values (${values})` : sql`select ${values} where ${allOf(conditions)}`;
  const text = sql`insert into ${table("app", entity.table)} as "t" (${names}) ${source} returning ${rowColumns(entity, "t")}`;
  return {
    type: "write",
    entity: entity.name,
    action: "create",
    apply: toStatement(text),
    isByKey: true,
    decode: rowDecoder(entity),
  };
}

function assign(node: NodeOf<"write">, site: Site, access: Access, column: EntityColumn): readonly Assignment[] {
  const template = node.values[column.name];
  if (template !== undefined) return [{ column, value: templateValue(site, writable(node, column), template) }];
  const value = drawnValue(column) ?? impliedValue(site, access, column);
  return value === undefined ? [] : [{ column, value }];
}

/** What the executor draws itself: ids, instants and stamps. */
function drawnValue({ field, role, name }: EntityColumn): Sql | undefined {
  const isStamp = role === "system" && name !== "version";
  if (!field.generated && !isStamp) return undefined;
  const bind = field.type === "uuid" ? ({ newId }: BindContext) => newId() : ({ now }: BindContext) => now;
  return placeholder({ bind }, sqlTypes[field.type]);
}

/** The tenant of the caller, and the owner's claim where the row itself holds it. */
function impliedValue(site: Site, access: Access, column: EntityColumn): Sql | undefined {
  const { tenant, ownership } = site.entity;
  if (tenant?.field === column.name && access.isTenantBound) return tenantClaim(site.entity, tenant);
  const isOwnClaim =
    ownership?.via.length === 1 && ownership.via[0] === column.name && access.owned.has(site.entity.name);
  return isOwnClaim ? claimPlaceholder(ownership.claim, column) : undefined;
}

function createConditions(site: Site, access: Access, assignments: readonly Assignment[]): readonly Sql[] {
  const { entity } = site;
  const valueOf = (name: string): Sql | undefined => assignments.find(({ column }) => column.name === name)?.value;
  const tenant = entity.tenant === undefined || !access.isTenantBound ? [] : [tenantMatch(entity.tenant.field)];
  const owner = access.owned.has(entity.name) ? [ownerMatch()] : [];
  return [...tenant, ...owner];

  function tenantMatch(field: string): Sql {
    const value = valueOf(field);
    if (entity.tenant === undefined || value === undefined) return sql.raw("false");
    return sql`${value} = ${tenantClaim(entity, entity.tenant)}`;
  }

  function ownerMatch(): Sql {
    const [step = ""] = entity.ownership?.via ?? [];
    const value = valueOf(firstColumn(entity, step).name);
    return value === undefined ? sql.raw("false") : ownsThrough(entity, value, access);
  }
}

/** The column, if a tool may give it a value. @throws StatementError naming the node and the field */
export function writable(node: NodeOf<"write">, column: EntityColumn): EntityColumn {
  if (column.role === "field" && column.field.computed === undefined) return column;
  if (column.role === "key" && node.action === "create") return column;
  const reason = column.field.computed === undefined ? "is set by transitions and the executor alone" : "is computed";
  throw new StatementError("unsupported", `node ${node.id}: "${column.name}" ${reason}; leave it out of values`);
}
