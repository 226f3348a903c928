import { qualified, quoted } from "../identifier.ts";
import type { DdlStatement, IndexModel, SchemaProblem, TableModel, TablePlan } from "./schema-model.ts";

/** Indexes of a new table come with it; those of a table that stands are built CONCURRENTLY after the commit. */
export function planIndexes(table: string, next: TableModel, standing: TableModel, isNew: boolean): TablePlan {
  const changes = Object.entries(next.indexes).filter(
    ([name, { definition }]) => standing.indexes[name]?.definition !== definition,
  );
  const gone = Object.keys(standing.indexes).filter((name) => next.indexes[name] === undefined);
  return {
    statements: [
      ...gone.map((name) => drop(name, `${name} is not needed any more`)),
      ...changes.flatMap(([name, index]) => create(table, name, index, isNew)),
    ],
    problems: changes.flatMap(([name, index]) => changedKey(next.entity, name, index, standing.indexes[name])),
  };
}

function drop(name: string, purpose: string): DdlStatement {
  const sql = `DROP INDEX CONCURRENTLY IF EXISTS ${qualified("app", name)}`;
  return { sql, kind: "index", purpose, phase: "after", target: name };
}

function create(
  table: string,
  name: string,
  { isUnique, definition }: IndexModel,
  isNew: boolean,
): readonly DdlStatement[] {
  const kind = isUnique ? "UNIQUE INDEX" : "INDEX";
  const target = `${quoted(name)} ON ${qualified("app", table)} ${definition}`;
  const purpose = isUnique ? `${name}: unique among live rows` : `${name}: found quickly`;
  if (isNew) return [{ sql: `CREATE ${kind} ${target}`, kind: "index", purpose, phase: "transaction" }];
  return [
    // A build that failed leaves an invalid index of the same name.
    drop(name, `${name} is built again from nothing`),
    { sql: `CREATE ${kind} CONCURRENTLY ${target}`, kind: "index", purpose, phase: "after", target: name },
  ];
}

function changedKey(
  entity: string,
  name: string,
  next: IndexModel,
  before: IndexModel | undefined,
): readonly SchemaProblem[] {
  if (before === undefined || !next.isUnique) return [];
  const message = `${entity}: unique index "${name}" would change what is unique; keep it, and add another list of fields`;
  return [{ entity, name, message }];
}
