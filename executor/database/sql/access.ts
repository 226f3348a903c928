// Decision: ownership and tenant are predicates of every statement, compiled per kind of caller, so that no check can be
// forgotten between a read and a write.
import { allNodes, type Entity, type JsonValue, type Slice, type Tenant } from "@lintel/specs";
import { columnOf, type EntityColumn, entityNamed, sqlTypes } from "../columns.ts";
import { type BindContext, type Parameter, StatementError } from "../statement.ts";
import { encodeValue } from "./encode-value.ts";
import { allOf, columnRef, placeholder, type Sql, sql, table } from "./raw-sql.ts";

/** What restricts one kind of caller. */
export interface Access {
  readonly entities: readonly Entity[];
  /** Names of entities whose ownership binds the caller. */
  readonly owned: ReadonlySet<string>;
  /** False for webhooks and schedules, which act for no tenant. */
  readonly isTenantBound: boolean;
}

/** Whether ownership binds a caller with these roles: at least one is a role of the tool, and all of those are owners' roles. */
function isOwner(entity: Entity, toolRoles: readonly string[], callerRoles: readonly string[]): boolean {
  const effective = callerRoles.filter((role) => toolRoles.includes(role));
  return effective.length > 0 && effective.every((role) => entity.ownership?.roles.includes(role) === true);
}

/** Names of the slice's entities whose ownership binds a caller with these roles, sorted. */
export function ownedEntities(slice: Slice, callerRoles: readonly string[]): readonly string[] {
  const { authorize } = slice.tool;
  if (authorize.type !== "roles") return [];
  return slice.entities.filter((entity) => isOwner(entity, authorize.roles, callerRoles)).map(({ name }) => name);
}

/** Every distinct set of owned entities that callers of the tool can have; few, for roles are few. */
export function possibleOwnerships(slice: Slice): readonly (readonly string[])[] {
  const { authorize, flow } = slice.tool;
  if (authorize.type !== "roles" || allNodes(flow).length === 0) return [[]];
  const sets = new Map<string, readonly string[]>([["", []]]);
  // A caller is bound by what every one of its roles is bound by, so sets of several roles are intersections of single ones.
  const single = authorize.roles.map((role) => ownedEntities(slice, [role]));
  for (const owned of single) {
    for (const known of [...sets.values()]) {
      const shared = known.length === 0 ? owned : known.filter((name) => owned.includes(name));
      for (const set of [owned, shared]) sets.set(set.join(" "), set);
    }
  }
  return [...sets.values()];
}

/** The predicates that an existing row, as `alias`, must satisfy for this caller. */
export function accessPredicates(entity: Entity, alias: string, access: Access): readonly Sql[] {
  return [...tenantPredicate(entity, alias, access), ...ownershipPredicate(entity, alias, access)];
}

function tenantPredicate(entity: Entity, alias: string, { isTenantBound }: Access): readonly Sql[] {
  if (entity.tenant === undefined || !isTenantBound) return [];
  const column = columnOf(entity, entity.tenant.field);
  return [sql`${columnRef(alias, column.column)} = ${tenantClaim(entity, entity.tenant)}`];
}

/** The caller's tenant as a value of the tenant column. */
export function tenantClaim(entity: Entity, tenant: Tenant): Sql {
  const column = columnOf(entity, tenant.field);
  return claimPlaceholder(tenant.claim, column);
}

function ownershipPredicate(entity: Entity, alias: string, access: Access): readonly Sql[] {
  if (entity.ownership === undefined || !access.owned.has(entity.name)) return [];
  const [first = ""] = entity.ownership.via;
  return [ownsThrough(entity, columnRef(alias, firstColumn(entity, first).column), access)];
}

/** The column that the first step of an ownership path reads: the field itself, or the reference of a relationship. */
export function firstColumn(entity: Entity, step: string): EntityColumn {
  const relationship = entity.relationships.find(({ name, type }) => name === step && type === "belongsTo");
  return columnOf(entity, relationship?.field ?? step);
}

/** Whether a row whose first column on the ownership path has this value would be the caller's; a NULL never is. */
export function ownsThrough(entity: Entity, first: Sql, access: Access): Sql {
  const { via, claim } = requireOwnership(entity);
  return walk(entity, via, claim, first, access, 1);
}

function walk(entity: Entity, via: readonly string[], claim: string, value: Sql, access: Access, depth: number): Sql {
  const [step = "", ...rest] = via;
  const [next] = rest;
  if (next === undefined) return sql`${value} = ${claimPlaceholder(claim, columnOf(entity, step))}`;
  const relationship = entity.relationships.find(({ name }) => name === step);
  const parent = entityNamed(access.entities, relationship?.entity ?? step);
  const alias = `o${String(depth)}`;
  const column = firstColumn(parent, next).column;
  const conditions = [
    sql`${columnRef(alias, "id")} = ${value}`,
    sql`${columnRef(alias, "deleted_at")} is null`,
    // Also of the same person's rows at another tenant, nothing may be learned.
    ...tenantPredicate(parent, alias, access),
    walk(parent, rest, claim, columnRef(alias, column), access, depth + 1),
  ];
  return sql`exists (select from ${table("app", parent.table)} as ${sql.id(alias)} where ${allOf(conditions)})`;
}

/** The claim as a value of the column's type; one that is missing or of another type is NULL, which equals nothing. */
export function claimPlaceholder(claim: string, { field }: EntityColumn): Sql {
  const parameter: Parameter = { bind: ({ claims }: BindContext) => claimText(field, claims[claim] ?? null) };
  return placeholder(parameter, sqlTypes[field.type]);
}

function claimText(field: EntityColumn["field"], value: JsonValue): string | null {
  try {
    return encodeValue(field, value);
  } catch (error) {
    if (error instanceof StatementError) return null;
    throw error;
  }
}

function requireOwnership(entity: Entity): NonNullable<Entity["ownership"]> {
  if (entity.ownership !== undefined) return entity.ownership;
  throw new StatementError("unknown-name", `entity ${entity.name} has no ownership; compile the specs again`);
}
