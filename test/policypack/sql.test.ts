import { loadSqlParser } from "@lintel/policypack/risk";
import { beforeAll, describe, expect, it } from "vitest";
import { objectionTo } from "../../policypack/risk/sql/judge-sql.ts";
import { sqlParser } from "../../policypack/risk/sql/load-sql-parser.ts";
import { found, judge, sql } from "./slices-in-memory.ts";

const objection = (statement: string): string | undefined => objectionTo(statement, sqlParser());

describe("SQL before its parser is loaded", () => {
  it("is not judged at all, because a verdict would be a guess", () => {
    expect(() => judge([sql("report", "SELECT 1")])).toThrow("await loadSqlParser()");
  });
});

describe("SQL", () => {
  beforeAll(loadSqlParser);

  it.each([
    "SELECT 1",
    "SELECT a, count(*) FROM app.t WHERE x = $1 AND lower(y) = 'a' GROUP BY a HAVING count(*) > 1 ORDER BY 2 LIMIT 10",
    "WITH r AS (SELECT id FROM t) SELECT r.id, rank() OVER (PARTITION BY x ORDER BY y) FROM r LEFT JOIN u ON u.id = r.id",
    "SELECT * FROM t WHERE id IN (SELECT id FROM u) UNION ALL VALUES (1)",
    "SELECT CASE WHEN a IS NULL THEN coalesce(b, 0) ELSE greatest(a, 1) END::text, extract(year FROM d), current_date FROM t",
    "SELECT pg_catalog.lower(x), a OPERATOR(pg_catalog.+) 1, ARRAY[1, 2], x[1] FROM t, LATERAL jsonb_array_elements(t.j) AS e",
    "SELECT id FROM t WHERE id OPERATOR(pg_catalog.=) ANY (SELECT id FROM u) ORDER BY id USING >",
    "TABLE t",
    "SELECT format('%s: %s', a, b), pi(), regexp_replace(c, '[^0-9]', '', 'g') FROM t",
    "SELECT 'DELETE FROM t; --'",
    "SELECT 1;",
  ])("is provably read-only: %s", (statement) => {
    expect(objection(statement)).toBeUndefined();
    expect(found([sql("report", statement)])).toEqual(["raw-read report"]);
  });

  it("is judged however long a chain of operators it holds", () => {
    expect(objection(`SELECT ${"1+".repeat(20_000)}1`)).toMatch(/^PostgreSQL cannot parse it$/);
    expect(objection(`SELECT ${"1+".repeat(1_500)}1`)).toBeUndefined();
    expect(objection(`SELECT ${"1+".repeat(1_500)}nextval('s')`)).toMatch(/nextval/);
  });

  it.each([
    ["INSERT INTO t VALUES (1)", "it is INSERT"],
    ["UPDATE t SET a = 1", "it is UPDATE"],
    ["DELETE FROM t", "it is DELETE"],
    ["MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE", "it is MERGE"],
    ["TRUNCATE t", "it is TRUNCATE"],
    ["DROP TABLE t", "it is DROP"],
    ["CREATE TABLE x AS SELECT 1", "it is CREATE TABLE AS"],
    ["COPY t TO '/tmp/x'", "it is COPY"],
    ["DO $$ BEGIN END $$", "it is DO"],
    ["CALL p()", "it is CALL"],
    ["SET ROLE admin", "it is VARIABLE SET"],
    ["EXPLAIN ANALYZE DELETE FROM t", "it is EXPLAIN"],
    ["LOCK TABLE t", "it is LOCK"],
    ["BEGIN", "it is TRANSACTION"],
    ["WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d", "it contains DELETE"],
    ["SELECT * FROM (SELECT * FROM t FOR UPDATE) AS x", "it locks rows (FOR UPDATE or FOR SHARE)"],
    ["SELECT * FROM t FOR KEY SHARE", "it locks rows (FOR UPDATE or FOR SHARE)"],
    ["SELECT * INTO x FROM t", "it makes a table (INTO)"],
    ["SELECT id OPERATOR(public.=) ANY (SELECT id FROM u) FROM t", "it uses public.=, which is not PostgreSQL's own"],
    ["SELECT id FROM t ORDER BY id USING OPERATOR(public.<)", "it uses public.<, which is not PostgreSQL's own"],
    [
      "SELECT rank() OVER (ORDER BY x USING OPERATOR(public.<)) FROM t",
      "it uses public.<, which is not PostgreSQL's own",
    ],
    ["SELECT nextval('s')", "it calls nextval(), which is not known to only read"],
    ["SELECT pg_sleep(10)", "it calls pg_sleep(), which is not known to only read"],
    ["SELECT set_config('role', 'admin', false)", "it calls set_config(), which is not known to only read"],
    ["SELECT lo_import('/etc/passwd')", "it calls lo_import(), which is not known to only read"],
    ["SELECT 1 WHERE pg_advisory_lock(1) IS NULL", "it calls pg_advisory_lock(), which is not known to only read"],
    [
      "SELECT query_to_xml('DELETE FROM t', true, true, '')",
      "it calls query_to_xml(), which is not known to only read",
    ],
    ["SELECT mine.lower('x')", "it calls mine.lower(), which is not known to only read"],
    ["SELECT a OPERATOR(mine.+) 1 FROM t", "it uses mine.+, which is not PostgreSQL's own"],
    ["SELECT 'x'::mine.evil", "it uses mine.evil, which is not PostgreSQL's own"],
    ["SELECT 1; DELETE FROM t", "it is not exactly one statement"],
    [" ", "it is not exactly one statement"],
    ["SELEC 1", "PostgreSQL cannot parse it"],
    ["SELECT ${input.id}", "PostgreSQL cannot parse it"],
    ["SELECT 1 /*", "PostgreSQL cannot parse it"],
  ])("is a write: %s", (statement, reason) => {
    expect(objection(statement)).toBe(reason);
    expect(found([sql("report", statement)])).toEqual(["raw-write report"]);
  });

  it("is never quoted in a message, because statements can hold values", () => {
    const messages = judge([sql("report", "DELETE FROM t WHERE token = 'hunter2'")]).findings.map(
      ({ message }) => message,
    );
    expect(messages.join()).not.toContain("hunter2");
  });
});
