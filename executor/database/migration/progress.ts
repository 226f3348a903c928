import type { DdlStatement, SchemaModel, Settled, TableModel } from "../schema/schema-model.ts";

/** What stands when `expand` has run: what the later statements settle stands as it was, or not yet proved. Pure. */
export function beforeSettling(
  finished: SchemaModel,
  standing: SchemaModel | undefined,
  statements: readonly DdlStatement[],
): SchemaModel {
  const due = statements.flatMap(({ settles }) => settles ?? []);
  return due.reduce((model, settled) => {
    const final = finished.tables[settled.table]?.[settled.part][settled.name];
    const before = standing?.tables[settled.table]?.[settled.part][settled.name];
    return withEntry(model, settled, pending(settled, final, before));
  }, finished);
}

/** The model with some things as they are in the end. */
export function settle(standing: SchemaModel, finished: SchemaModel, settled: readonly Settled[]): SchemaModel {
  return settled.reduce(
    (model, one) => withEntry(model, one, finished.tables[one.table]?.[one.part][one.name]),
    standing,
  );
}

type Entry = TableModel[Settled["part"]][string];

function pending({ part }: Settled, final: Entry | undefined, before: Entry | undefined): Entry | undefined {
  if (final === undefined) return before;
  // One that is computed anew is made last, with all that is built on it.
  if ("generated" in final) return before;
  if (part === "columns") return { ...final, nullable: true };
  if (part === "constraints" && "kind" in final && final.kind !== "exclude") return { ...final, isValidated: false };
  return before;
}

function withEntry(model: SchemaModel, { table, part, name }: Settled, entry: Entry | undefined): SchemaModel {
  const found = model.tables[table];
  if (found === undefined) return model;
  const { [name]: _, ...others } = found[part] as Readonly<Record<string, Entry>>;
  const changed = { ...found, [part]: entry === undefined ? others : { ...found[part], [name]: entry } };
  return { ...model, tables: { ...model.tables, [table]: changed } };
}
