import { boundedName, qualified, quoted } from "../identifier.ts";
import type { DdlStatement, IndexModel, TableModel } from "./schema-model.ts";

/** Indexes of a new table come with it; those of a table that stands are built CONCURRENTLY, the new before the old go. */
export function planIndexes(
  table: string,
  next: TableModel,
  standing: TableModel,
  isNew: boolean,
): readonly DdlStatement[] {
  const changes = Object.entries(next.indexes).filter(
    ([name, { definition }]) => standing.indexes[name]?.definition !== definition,
  );
  const gone = Object.keys(standing.indexes).filter((name) => next.indexes[name] === undefined);
  const place = { table, entity: next.entity } as const;
  return [
    ...changes.flatMap(([name, index]) => {
      if (isNew) return [createWithTable(place, name, index)];
      const settles = [{ table, part: "indexes", name }] as const;
      const built = standing.indexes[name] === undefined ? build(place, name, index) : exchange(place, name, index);
      return built.map((statement, at) => (at === built.length - 1 ? { ...statement, settles } : statement));
    }),
    ...gone.map((name) => {
      return {
        ...drop(place, name, `${name} is not needed any more`),
        settles: [{ table, part: "indexes", name }],
      } as const;
    }),
  ];
}

interface Place {
  readonly table: string;
  readonly entity: string;
}

function createWithTable(place: Place, name: string, index: IndexModel): DdlStatement {
  const sql = `CREATE ${kindOf(index)} ${target(place, name, index)}`;
  return { sql, kind: "index", purpose: purposeOf(name, index), phase: "expand", lock: "none", entity: place.entity };
}

function build(place: Place, name: string, index: IndexModel): readonly DdlStatement[] {
  return [
    // A build that failed leaves an invalid index of the same name.
    drop(place, name, `${name} is built from nothing`),
    {
      sql: `CREATE ${kindOf(index)} CONCURRENTLY IF NOT EXISTS ${target(place, name, index)}`,
      kind: "index",
      purpose: purposeOf(name, index),
      phase: "validate",
      lock: "SHARE UPDATE EXCLUSIVE",
      entity: place.entity,
      index: name,
    },
  ];
}

/** Beside the old one, which goes when the new one stands. */
function exchange(place: Place, name: string, index: IndexModel): readonly DdlStatement[] {
  const beside = boundedName(name, "new");
  const sql =
    `DROP INDEX IF EXISTS ${qualified("app", name)};\n` +
    `ALTER INDEX ${qualified("app", beside)} RENAME TO ${quoted(name)}`;
  const purpose = `${name} is the new one`;
  return [
    ...build(place, beside, index),
    { sql, kind: "index", purpose, phase: "validate", lock: "ACCESS EXCLUSIVE", entity: place.entity },
  ];
}

function drop({ entity }: Place, name: string, purpose: string): DdlStatement {
  const sql = `DROP INDEX CONCURRENTLY IF EXISTS ${qualified("app", name)}`;
  return { sql, kind: "index", purpose, phase: "validate", lock: "SHARE UPDATE EXCLUSIVE", entity };
}

function target({ table }: Place, name: string, { definition }: IndexModel): string {
  return `${quoted(name)} ON ${qualified("app", table)} ${definition}`;
}

function kindOf({ isUnique }: IndexModel): string {
  return isUnique ? "UNIQUE INDEX" : "INDEX";
}

function purposeOf(name: string, { isUnique }: IndexModel): string {
  return isUnique ? `${name}: unique among live rows` : `${name}: found quickly`;
}
