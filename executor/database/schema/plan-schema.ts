// Decision: this planner expands only. What would lose data or break the bundle that still serves is refused by name; renames,
// contractions and mappings are planned elsewhere (issue 4).
import { createTable } from "./create-table.ts";
import { planColumns } from "./plan-columns.ts";
import { planConstraints } from "./plan-constraints.ts";
import { planIndexes } from "./plan-indexes.ts";
import { planTriggers } from "./plan-triggers.ts";
import type { DdlStatement, SchemaModel, SchemaPlan, SchemaProblem, TableModel, TablePlan } from "./schema-model.ts";

const nothing: SchemaModel = { tables: {}, needsBtreeGist: false };

/**
 * Plans the way from what stands to what a bundle needs; pure.
 * @param served the schema of the bundle that serves now: what it has and `next` lacks would be dropped, which is refused.
 */
export function planSchema(
  next: SchemaModel,
  standing: SchemaModel = nothing,
  served: SchemaModel = nothing,
): SchemaPlan {
  const plans = Object.entries(next.tables).map(([name, table]) => planTable(name, table, standing.tables[name]));
  const statements = [...extension(next, standing), ...plans.flatMap((plan) => plan.statements)];
  return {
    statements: [...inOrder(statements)],
    problems: [...removals(next, served), ...plans.flatMap((plan) => plan.problems)],
    standing: merge(next, standing),
  };
}

function planTable(name: string, next: TableModel, standing: TableModel | undefined): TablePlan {
  const isNew = standing === undefined;
  const before: TableModel = standing ?? { ...next, constraints: {}, indexes: {}, triggers: {} };
  const created = isNew ? createTable(name, next) : [];
  const columns = planColumns(name, next, before);
  const constraints = planConstraints(name, next, before, isNew);
  const indexes = planIndexes(name, next, before, isNew);
  return {
    statements: [
      ...created,
      ...columns.statements,
      ...constraints.statements,
      ...indexes.statements,
      ...planTriggers(name, next, before),
    ],
    problems: [...columns.problems, ...constraints.problems, ...indexes.problems],
  };
}

const kinds: readonly DdlStatement["kind"][] = ["schema", "table", "column", "constraint", "index", "trigger"];

/** Tables before what refers to them; what runs after the commit comes last. */
function inOrder(statements: readonly DdlStatement[]): readonly DdlStatement[] {
  const rank = ({ kind, phase }: DdlStatement): number => kinds.indexOf(kind) + (phase === "after" ? kinds.length : 0);
  return statements.toSorted((a, b) => rank(a) - rank(b));
}

function extension(next: SchemaModel, standing: SchemaModel): readonly DdlStatement[] {
  if (!next.needsBtreeGist || standing.needsBtreeGist) return [];
  const purpose = "equality in exclusion constraints";
  return [
    { sql: `CREATE SCHEMA IF NOT EXISTS "lintel_extensions"`, kind: "schema", purpose, phase: "transaction" },
    {
      sql: `CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA "lintel_extensions"`,
      kind: "schema",
      purpose,
      phase: "transaction",
    },
  ];
}

function removals(next: SchemaModel, served: SchemaModel): readonly SchemaProblem[] {
  return Object.entries(served.tables).flatMap(([name, table]): readonly SchemaProblem[] => {
    const kept = next.tables[name];
    const { entity } = table;
    if (kept === undefined) {
      const message = `entity ${entity} is gone, and dropping its table would lose its rows; keep the entity without tools`;
      return [{ entity, message }];
    }
    return Object.keys(table.columns)
      .filter((column) => kept.columns[column] === undefined)
      .map((column) => ({
        entity,
        name: column,
        message: `${entity}: column "${column}" is gone, and dropping it would lose its values; keep the field as nullable (a rename is not understood yet)`,
      }));
  });
}

function merge(next: SchemaModel, standing: SchemaModel): SchemaModel {
  const tables = Object.entries(next.tables).map(([name, table]) => {
    return [name, { ...table, columns: { ...standing.tables[name]?.columns, ...table.columns } }] as const;
  });
  return {
    tables: { ...standing.tables, ...Object.fromEntries(tables) },
    needsBtreeGist: next.needsBtreeGist || standing.needsBtreeGist,
  };
}
