import type { SchemaModel, SchemaProblem } from "../schema/schema-model.ts";
import { type RuleQuestion, ruleQuestions } from "./broken-rules.ts";
import { limitStatements, type MigrationClient } from "./migration-session.ts";
import { codeOf } from "./reason-of.ts";

/** Milliseconds for a question that compares rows with one another; unanswered, the constraint itself will tell. */
const patienceWithSlow = 30_000;

/** Rules that become stricter than rows allow, as they stand or will be filled; nothing is changed then. It reads each such table. */
export async function findBrokenRows(
  client: MigrationClient,
  target: SchemaModel,
  standing: SchemaModel | undefined,
): Promise<readonly SchemaProblem[]> {
  const problems: SchemaProblem[] = [];
  for (const [table, next] of Object.entries(target.tables)) {
    const before = standing?.tables[table];
    for (const question of before === undefined ? [] : ruleQuestions(table, next, before)) {
      const rows = await ask(client, question);
      if (rows !== undefined) problems.push(problem(next.entity, question, rows));
    }
  }
  return problems;
}

/** What to say of the rows that break a rule; undefined where none does, or nobody knows in time. */
async function ask(client: MigrationClient, { sql, isSlow }: RuleQuestion): Promise<string | undefined> {
  await limitStatements(client, isSlow === true ? patienceWithSlow : 0);
  try {
    const { rows } = await client.query(sql);
    return rows.length === 0 ? undefined : `such as ${rows.map(({ id }) => String(id)).join(", ")}`;
  } catch (error) {
    const code = codeOf(error) ?? "";
    if (code === "57014") return undefined;
    // Class 22, data exceptions: the rule itself would meet them in these rows.
    if (code.startsWith("22")) return `for one it cannot be computed (SQLSTATE ${code})`;
    throw error;
  } finally {
    await limitStatements(client, 0).catch(() => undefined);
  }
}

function problem(entity: string, { name, hint }: RuleQuestion, rows: string): SchemaProblem {
  const message = `${entity}: rows that stand break ${name}, ${rows}`;
  return { code: "rows-in-the-way", entity, field: name, message, hint };
}
