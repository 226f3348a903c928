import { qualified, quoted } from "../identifier.ts";
import type { SchemaModel, SchemaProblem, TableModel } from "../schema/schema-model.ts";
import type { MigrationClient } from "./migration-session.ts";

interface Rule {
  readonly table: string;
  readonly entity: string;
  readonly name: string;
  readonly condition: string;
}

/** Rules that become stricter than rows which stand allow; nothing is changed then. It reads each such table once. */
export async function findBrokenRows(
  client: MigrationClient,
  target: SchemaModel,
  standing: SchemaModel | undefined,
): Promise<readonly SchemaProblem[]> {
  const problems: SchemaProblem[] = [];
  for (const rule of rulesToCheck(target, standing)) {
    const sql = `SELECT "id"::text FROM ${qualified("app", rule.table)} WHERE NOT (${rule.condition}) LIMIT 1`;
    const { rows } = await client.query(sql);
    const id = rows[0]?.["id"];
    if (typeof id !== "string") continue;
    problems.push({
      code: "rows-in-the-way",
      entity: rule.entity,
      field: rule.name,
      message: `${rule.entity}: rows that stand break ${rule.name}, such as ${id}`,
      hint: "correct the rows first, or let the rule allow them",
    });
  }
  return problems;
}

/** Of what is new or changed, what rows can be held to as they are: nothing that is filled first, or reads a new column. */
function rulesToCheck(target: SchemaModel, standing: SchemaModel | undefined): readonly Rule[] {
  return Object.entries(target.tables).flatMap(([table, next]) => {
    const before = standing?.tables[table];
    if (before === undefined) return [];
    const rules = [...newChecks(next, before), ...newNotNulls(next, before)];
    return rules.map(([name, condition]) => ({ table, entity: next.entity, name, condition }));
  });
}

function newChecks(next: TableModel, before: TableModel): readonly (readonly [string, string])[] {
  const filled = (next.backfills ?? []).map(({ column }) => column);
  const unready = Object.keys(next.columns).filter(
    (column) =>
      before.columns[column] === undefined ||
      filled.includes(column) ||
      next.columns[column]?.generated !== before.columns[column].generated,
  );
  return Object.entries(next.constraints).flatMap(([name, { kind, definition }]) => {
    if (kind !== "check" || before.constraints[name]?.definition === definition) return [];
    if (unready.some((column) => definition.includes(quoted(column)))) return [];
    return [[name, definition.slice("CHECK (".length, -1)] as const];
  });
}

function newNotNulls(next: TableModel, before: TableModel): readonly (readonly [string, string])[] {
  const filled = (next.backfills ?? []).map(({ column }) => column);
  return Object.entries(next.columns).flatMap(([name, column]) => {
    if (filled.includes(name)) return [];
    const isTightened = !column.nullable && before.columns[name]?.nullable === true;
    return isTightened && column.default === undefined ? [[name, `${quoted(name)} IS NOT NULL`] as const] : [];
  });
}
