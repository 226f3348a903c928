// Decision: an invariant that reads another row holds when that row changes too: the rows that read it are looked up and checked
// before the commit, in one statement, and only when a field that they read is another one.
import { canRunInSql, type Entity } from "@lintel/specs";
import { columnOf, entityNamed } from "../columns.ts";
import { isVersionLocal } from "../schema/row-local.ts";
import { type DependentCheck, StatementError } from "../statement.ts";
import { expressionSql } from "./expression-sql.ts";
import { columnRef, commaList, placeholder, type Sql, sql, type ToStatement, table } from "./raw-sql.ts";
import { relationReads } from "./relation-reads.ts";

/** Rows that one statement checks at most: more refuse the change. */
const maximumDependents = 10_000;

/** An invariant of rows that reach an entity by one path, and what it reads there. */
interface Dependence {
  readonly child: Entity;
  readonly invariant: string;
  readonly expr: string;
  readonly path: readonly string[];
  readonly fields: readonly string[];
}

/** Names of the entities whose invariants read rows of this one, each once. */
export function dependentEntities(parent: string, entities: readonly Entity[]): readonly string[] {
  return [...new Set(dependencesOn(parent, entities).map(({ child }) => child.name))];
}

/** How the rows are checked whose invariants read rows of this entity: one statement per entity and path. */
export function compileDependents(
  parent: string,
  entities: readonly Entity[],
  toStatement: ToStatement,
): readonly DependentCheck[] {
  const byPath = Map.groupBy(dependencesOn(parent, entities), ({ child, path }) => [child.name, ...path].join(" "));
  return [...byPath.values()].flatMap((dependences) => {
    const [first] = dependences;
    return first === undefined ? [] : [checkOf(first, dependences, entities, toStatement)];
  });
}

function dependencesOn(parent: string, entities: readonly Entity[]): readonly Dependence[] {
  return entities.flatMap((child) =>
    child.invariants
      .filter(({ expr }) => isRelated(child, expr, entities))
      .flatMap(({ name, expr }) => {
        const reads = relationReads(child, expr, entities).filter(({ entity }) => entity === parent);
        const byPath = Map.groupBy(reads, ({ path }) => path.join(" "));
        return [...byPath.values()].map((own): Dependence => {
          const fields = [...new Set(own.map(({ field }) => field))];
          return { child, invariant: name, expr, path: own[0]?.path ?? [], fields };
        });
      }),
  );
}

function isRelated(entity: Entity, expr: string, entities: readonly Entity[]): boolean {
  return !isVersionLocal(entity, expr) && canRunInSql(expr, { entity, entities, alias: "t", oldAlias: "t" });
}

function checkOf(
  { child, path }: Dependence,
  dependences: readonly Dependence[],
  entities: readonly Entity[],
  toStatement: ToStatement,
): DependentCheck {
  // The rows themselves have not changed: what they were is what they are.
  const place = { entity: child, entities, alias: "t", oldAlias: "t" };
  const columns = dependences.map(
    ({ expr }, index) => sql`${expressionSql(expr, place)} as ${sql.id(columnAt(index))}`,
  );
  const held = dependences.map((_, index) => sql`bool_and(${columnRef("s", columnAt(index))})`);
  const reaches = reaching(child, path, entities);
  const rows = sql`select ${commaList(columns)} from ${table("app", child.table)} as "t" where "t"."deleted_at" is null and ${reaches} limit ${sql.lit(maximumDependents + 1)}`;
  return {
    entity: child.name,
    fields: [...new Set(dependences.flatMap(({ fields }) => fields))].sort(),
    invariants: dependences.map(({ invariant }) => invariant),
    maximum: maximumDependents,
    statement: toStatement(sql`select count(*), ${commaList(held)} from (${rows}) as "s"`),
  };
}

function columnAt(index: number): string {
  return `held${String(index)}`;
}

/** Rows whose path of references ends at one of the changed rows. */
function reaching(child: Entity, path: readonly string[], entities: readonly Entity[]): Sql {
  let entity = child;
  const hops = path.map((field) => {
    const hop = { entity, column: columnOf(entity, field).column };
    const next = entity.relationships.find((one) => one.type === "belongsTo" && one.field === field);
    entity = entityNamed(entities, next?.entity ?? entity.name);
    return hop;
  });
  const [first, ...others] = hops;
  const changed: Sql = sql`any(${placeholder({ bind: idsMissing }, "uuid[]")})`;
  const ids = others.reduceRight<Sql>(
    (inner, { entity: { table: name }, column }) =>
      sql`any(array(select "id" from ${table("app", name)} where ${sql.id(column)} = ${inner}))`,
    changed,
  );
  return sql`${columnRef("t", first?.column ?? "id")} = ${ids}`;
}

function idsMissing(): never {
  throw new StatementError("value-mismatch", "the ids of the changed rows are missing; bind them with bindLast");
}
