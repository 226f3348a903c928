import { qualified, quoted } from "../identifier.ts";
import { dropTrigger } from "./plan-triggers.ts";
import type { DdlStatement, SchemaModel, TableModel } from "./schema-model.ts";

export interface RenamePlan {
  readonly statements: readonly DdlStatement[];
  /** What stands as if it had always had the new names. */
  readonly standing: SchemaModel;
}

/**
 * Tables that stand under another name than the one wanted get it, with their history and with what on them is named after them.
 * @param renames new table names by the names under which they stand
 */
export function planRename(
  standing: SchemaModel,
  next: SchemaModel,
  renames: Readonly<Record<string, string>>,
): RenamePlan {
  const due = Object.entries({ ...namedBack(standing, next), ...renames }).filter(
    ([from, to]) => standing.tables[from] !== undefined && standing.tables[to] === undefined,
  );
  return due.reduce<RenamePlan>((plan, [from, to]) => renameOne(plan, next, from, to), { statements: [], standing });
}

/** A table whose old name, kept as a view, is the one that is wanted again. */
function namedBack(standing: SchemaModel, next: SchemaModel): Readonly<Record<string, string>> {
  const back = Object.entries(standing.tables).flatMap(([name, { view }]) =>
    view !== undefined && next.tables[view.name] !== undefined && next.tables[name] === undefined
      ? [[name, view.name] as const]
      : [],
  );
  return Object.fromEntries(back);
}

function renameOne(plan: RenamePlan, next: SchemaModel, from: string, to: string): RenamePlan {
  const { [from]: table, ...others } = plan.standing.tables;
  const wanted = next.tables[to];
  if (table === undefined || wanted === undefined) return plan;
  const constraints = sameUnderNewName(table.constraints, wanted.constraints, from, to);
  const indexes = sameUnderNewName(table.indexes, wanted.indexes, from, to);
  const alter = `ALTER TABLE ${qualified("app", from)}`;
  const say = (sql: string): DdlStatement => {
    const purpose = `${table.entity} is called ${wanted.entity}`;
    return { sql, kind: "rename", purpose, phase: "expand", lock: "ACCESS EXCLUSIVE", entity: wanted.entity };
  };
  const statements = [
    ...Object.keys(table.triggers).flatMap((name) => dropTrigger(from, name, wanted.entity)),
    ...Object.entries(constraints).map(([old, name]) =>
      say(`${alter} RENAME CONSTRAINT ${quoted(old)} TO ${quoted(name)}`),
    ),
    ...[...Object.entries(indexes), [keyName(from), keyName(to)] as const].map(([old, name]) =>
      say(`ALTER INDEX IF EXISTS ${qualified("app", old)} RENAME TO ${quoted(name)}`),
    ),
    say(`${alter} RENAME TO ${quoted(to)}`),
    say(`ALTER TABLE ${qualified("history", from)} RENAME TO ${quoted(to)}`),
  ].map((statement): DdlStatement => ({ ...statement, kind: "rename" }));
  const renamed: TableModel = {
    ...table,
    entity: wanted.entity,
    columns: Object.fromEntries(
      Object.entries(table.columns).map(([name, column]) => [
        name,
        column.generated === undefined ? column : { ...column, generated: under(column.generated, from, to) },
      ]),
    ),
    constraints: named(table.constraints, constraints, from, to),
    indexes: named(table.indexes, indexes, from, to),
    triggers: {},
  };
  const tables = Object.entries({ ...others, [to]: renamed }).map(([name, model]) => {
    return [name, { ...model, constraints: referring(model.constraints, from, to) }] as const;
  });
  return {
    statements: [...plan.statements, ...statements],
    standing: { ...plan.standing, tables: Object.fromEntries(tables) },
  };
}

/** New names by old ones, of what is the same but for the table's name. */
function sameUnderNewName<T extends { readonly definition: string }>(
  standing: Readonly<Record<string, T>>,
  wanted: Readonly<Record<string, T>>,
  from: string,
  to: string,
): Readonly<Record<string, string>> {
  const taken = new Set(Object.keys(standing));
  const free = Object.entries(wanted).filter(([name]) => !taken.has(name));
  const pairs = Object.entries(standing).flatMap(([old, { definition }]) => {
    const at = free.findIndex(([, one]) => one.definition === under(definition, from, to));
    const [found] = at < 0 ? [] : free.splice(at, 1);
    return found === undefined ? [] : [[old, found[0]] as const];
  });
  return Object.fromEntries(pairs);
}

function named<T extends { readonly definition: string }>(
  all: Readonly<Record<string, T>>,
  names: Readonly<Record<string, string>>,
  from: string,
  to: string,
): Readonly<Record<string, T>> {
  const entries = Object.entries(all).map(([name, one]) => [
    names[name] ?? name,
    { ...one, definition: under(one.definition, from, to) },
  ]);
  return Object.fromEntries(entries) as Readonly<Record<string, T>>;
}

/** Foreign keys follow the table that they refer to. */
function referring(constraints: TableModel["constraints"], from: string, to: string): TableModel["constraints"] {
  const [old, name] = [` REFERENCES ${qualified("app", from)} `, ` REFERENCES ${qualified("app", to)} `];
  return Object.fromEntries(
    Object.entries(constraints).map(([key, one]) => [key, { ...one, definition: one.definition.replace(old, name) }]),
  );
}

/** Our own SQL with the table's name in front of its columns exchanged. */
function under(sql: string, from: string, to: string): string {
  return sql.replaceAll(`${quoted(from)}.`, `${quoted(to)}.`);
}

/** As PostgreSQL names the index of a primary key: at most 63 bytes. */
function keyName(table: string): string {
  return `${table.slice(0, 58)}_pkey`;
}
