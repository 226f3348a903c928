import type { MigrationClient } from "../migration-session.ts";
import type { Catalogue, CataloguePart, CatalogueTable } from "./catalogue.ts";

const tables = `FROM pg_class AS "t" JOIN pg_namespace AS "n" ON "n".oid = "t".relnamespace AND "n".nspname = 'app'`;
const ofTables = `WHERE "t".relkind IN ('r', 'p')`;

const queries: Readonly<Record<CataloguePart, string>> = {
  columns:
    `SELECT "t".relname AS "table", "a".attname AS "name", format_type("a".atttypid, "a".atttypmod) || ` +
    `CASE WHEN "a".attnotnull THEN ' NOT NULL' ELSE '' END || ` +
    `CASE WHEN "a".attgenerated = '' THEN coalesce(' DEFAULT ' || pg_get_expr("d".adbin, "d".adrelid), '') ` +
    `ELSE ' GENERATED ' || pg_get_expr("d".adbin, "d".adrelid) END AS "text" ${tables} ` +
    `JOIN pg_attribute AS "a" ON "a".attrelid = "t".oid AND "a".attnum > 0 AND NOT "a".attisdropped ` +
    `LEFT JOIN pg_attrdef AS "d" ON "d".adrelid = "t".oid AND "d".adnum = "a".attnum ${ofTables}`,
  // PostgreSQL 18 lists NOT NULL among the constraints; the columns say so already.
  constraints:
    `SELECT "t".relname AS "table", "c".conname AS "name", pg_get_constraintdef("c".oid) || ` +
    `CASE WHEN EXISTS (SELECT FROM pg_trigger AS "g" WHERE "g".tgconstraint = "c".oid AND "g".tgenabled IN ('D', 'R')) ` +
    `THEN ' DISABLED' ELSE '' END AS "text" ${tables} ` +
    `JOIN pg_constraint AS "c" ON "c".conrelid = "t".oid AND "c".contype <> 'n' ${ofTables}`,
  indexes:
    `SELECT "t".relname AS "table", "x".relname AS "name", pg_get_indexdef("x".oid) || ` +
    `CASE WHEN "i".indisvalid THEN '' ELSE ' INVALID' END AS "text" ${tables} ` +
    `JOIN pg_index AS "i" ON "i".indrelid = "t".oid JOIN pg_class AS "x" ON "x".oid = "i".indexrelid ${ofTables}`,
  triggers:
    `SELECT "t".relname AS "table", "g".tgname AS "name", pg_get_triggerdef("g".oid) || ` +
    `CASE WHEN "g".tgenabled IN ('D', 'R') THEN ' DISABLED' ELSE '' END AS "text" ${tables} ` +
    `JOIN pg_trigger AS "g" ON "g".tgrelid = "t".oid AND NOT "g".tgisinternal ${ofTables}`,
};

/** Reads what stands in schema `app`. */
export async function readCatalogue(client: MigrationClient): Promise<Catalogue> {
  const version = await client.query(`SELECT current_setting('server_version_num')::int / 10000 AS "major"`);
  const found: Record<string, Record<CataloguePart, Record<string, string>>> = {};
  for (const [part, query] of Object.entries(queries) as [CataloguePart, string][]) {
    for (const row of (await client.query(query)).rows) {
      const [table, name, text] = [row["table"], row["name"], row["text"]].map(String) as [string, string, string];
      found[table] ??= { columns: {}, constraints: {}, indexes: {}, triggers: {} };
      found[table][part][name] = text;
    }
  }
  return { version: String(version.rows[0]?.["major"]), tables: found satisfies Record<string, CatalogueTable> };
}
