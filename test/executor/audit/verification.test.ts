import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sealAudit } from "../../../executor/audit/seal-audit.ts";
import { type Seal, sealHash } from "../../../executor/audit/seal-hash.ts";
import { migrate } from "../../../executor/database/index.ts";
import { canonicalEntry, sealedColumns } from "../../../executor/database/schema/audit-seals.ts";
import { verifyAudit } from "../../../executor/index.ts";
import { bookRoom, bundleOf } from "../database/hotel.ts";
import { roles, startPostgres, type TestServer } from "../database/start-postgres.ts";
import { limits, types } from "./seal-and-verify.ts";
import { type SealedDatabase, sealedDatabase } from "./sealed-database.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server.stop();
});

describe("verification", () => {
  let db: SealedDatabase;
  let head: string;
  beforeAll(async () => {
    db = await sealedDatabase(server);
    await db.executor.query("BEGIN");
    await db.record(1);
    await db.executor.query("ROLLBACK");
    await db.record(5);
    await sealAudit(db.pool, limits({ rows: 3 }));
    await sealAudit(db.pool, limits());
    await db.record(2);
    await sealAudit(db.pool, limits());
    head = (await verifyAudit(db.admin, {})).head ?? "";
    await db.superuser.query(
      "CREATE TABLE public.log AS TABLE lintel.audit_log; CREATE TABLE public.seals AS TABLE lintel.audit_seals",
    );
  });
  beforeEach(async () => {
    const columns = Object.keys(sealedColumns).join(", ");
    await db.tamper(
      `TRUNCATE lintel.audit_log, lintel.audit_seals; INSERT INTO lintel.audit_seals TABLE public.seals;
       INSERT INTO lintel.audit_log (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM public.log`,
    );
  });

  test("nothing is wrong with what nobody touched", async () => {
    expect(await verifyAudit(db.admin, { head })).toMatchObject({ isIntact: true, rows: 8, gaps: 1, head });
  });

  test("every column of the audit log is sealed", async () => {
    const { rows } = await db.superuser.query<{ name: string }>(
      `SELECT attname AS "name" FROM pg_attribute WHERE attrelid = 'lintel.audit_log'::regclass AND attnum > 0 AND NOT attisdropped`,
    );
    expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(sealedColumns).sort());
  });

  const values: Readonly<Record<string, string>> = {
    recorded_at: `recorded_at + interval '1 ms'`,
    kind: `'settlement'`,
    execution_id: `gen_random_uuid()`,
    tool: `NULL`,
    outcome: `outcome || ' '`,
    status: `status + 1`,
    error_code: `''`,
    caller_subject: `NULL`,
    caller_roles: `'{"customer,agent"}'`,
    segment: `''`,
    changes: `'[]'`,
    details: `details || '{"x": null}'`,
    bundle_digest: `upper(bundle_digest)`,
    started_at: `'infinity'`,
    duration_ms: `'NaN'`,
  };

  test("there is a change for each column but the id", () => {
    expect(["id", ...Object.keys(values)].sort()).toEqual(Object.keys(sealedColumns).sort());
  });

  test.each(Object.entries(values))("a changed %s is seen, and the row named", async (column, value) => {
    await db.tamper(`UPDATE lintel.audit_log SET ${column} = ${value} WHERE id = 4`);
    expect(await types(db)).toEqual(["row-changed 4"]);
  });

  test("a removed row is named, also the last", async () => {
    await db.tamper(`DELETE FROM lintel.audit_log WHERE id IN (3, 9)`);
    expect(await types(db)).toEqual(["row-removed 3", "row-removed 9"]);
  });

  test("rows that changed places are named", async () => {
    await db.tamper(
      `CREATE TEMP TABLE swapped AS TABLE lintel.audit_log; DELETE FROM lintel.audit_log WHERE id IN (5, 6);
       INSERT INTO lintel.audit_log OVERRIDING SYSTEM VALUE
         SELECT 11 - id, recorded_at, kind, execution_id, tool, outcome, status, error_code, caller_subject, caller_roles, segment,
           changes, details, bundle_digest, started_at, duration_ms FROM swapped WHERE id IN (5, 6)`,
    );
    expect(await types(db)).toEqual(["row-changed 5", "row-changed 6"]);
  });

  test("a row that is put where a rolled back one would have been is named", async () => {
    await db.tamper(
      `INSERT INTO lintel.audit_log (id, kind, execution_id, outcome, bundle_digest, started_at) OVERRIDING SYSTEM VALUE
       VALUES (2, 'execution', gen_random_uuid(), 'succeeded', '', now())`,
    );
    expect(await types(db)).toEqual(["row-inserted 2"]);
    await sealAudit(db.pool, limits());
    expect(await types(db)).toEqual(["row-inserted 2"]);
  });

  test("a removed seal in the middle is named", async () => {
    await db.tamper(`DELETE FROM lintel.audit_seals WHERE number = 2`);
    expect(await types(db)).toContain("seal-missing");
  });

  test("removed last seals are seen by the head that was noted, and not without it", async () => {
    await db.tamper(`DELETE FROM lintel.audit_seals WHERE number = (SELECT max(number) FROM lintel.audit_seals)`);
    expect(await types(db)).toEqual([]);
    expect(await types(db, { head })).toEqual(["head-missing"]);
    await db.tamper(`TRUNCATE lintel.audit_seals`);
    expect(await types(db, { head })).toEqual(["head-missing"]);
  });

  test("a chain that has grown since still holds the head that was noted", async () => {
    await db.record(1);
    await sealAudit(db.pool, limits());
    expect(await types(db, { head })).toEqual([]);
  });

  test.each([
    "hash = sha256(hash)",
    "previous_hash = sha256(previous_hash)",
    "sealed_at = sealed_at - interval '1 ms'",
    "ids = ids[2:] || ids[1]",
    "digests = digests || ''::bytea, refusal_count = 1",
    "floor_id = floor_id - 1",
    "seen_id = seen_id + 1",
    "last_id = last_id + 1",
    "writers = '{1/1}'",
    "refused_until = refused_until + interval '1 minute'",
    "encoding = 2",
  ])("a changed seal is named: %s", async (change) => {
    await db.tamper(`UPDATE lintel.audit_seals SET ${change} WHERE number = 2`);
    const { problems } = await verifyAudit(db.admin, {});
    expect(problems).toContainEqual(expect.objectContaining({ type: "seal-changed", seal: "2" }));
  });

  /** Changes a row, and the seal that covers it so that both agree; resolves to the seal's number. */
  const forge = async (row: string): Promise<string> => {
    await db.tamper(`UPDATE lintel.audit_log SET outcome = 'refused' WHERE id = ${row}`);
    const { rows: entries } = await db.superuser.query<{ entry: string }>(
      `SELECT ${canonicalEntry} AS "entry" FROM lintel.audit_log WHERE id = $1`,
      [row],
    );
    const { rows: seals } = await db.superuser.query<Seal>("SELECT * FROM lintel.audit_seals WHERE $1 = ANY (ids)", [
      row,
    ]);
    const [entry, seal] = [entries[0]?.entry, seals[0]];
    if (entry === undefined || seal === undefined) throw new Error(`row ${row} is not sealed`);
    const digests = Buffer.from(seal.digests);
    createHash("sha256")
      .update(entry)
      .digest()
      .copy(digests, 32 * seal.ids.indexOf(row));
    const hash = sealHash({ ...seal, digests }).toString("hex");
    await db.tamper(
      `UPDATE lintel.audit_seals SET digests = '\\x${digests.toString("hex")}', hash = '\\x${hash}' WHERE number = ${seal.number}`,
    );
    return seal.number;
  };

  test("a row that is changed together with its digest and hash breaks the chain", async () => {
    expect(await forge("3")).toBe("1");
    const { problems } = await verifyAudit(db.admin, { head });
    expect(problems).toEqual([
      { type: "seal-changed", seal: "2", message: "seal 2 does not continue the one before it" },
    ]);
  });

  test("a row of the last seal that is changed together with its digest and hash is seen by the head that was noted", async () => {
    await forge("9");
    expect(await types(db)).toEqual([]);
    expect(await types(db, { head })).toEqual(["head-missing"]);
  });

  test("a trigger that is off is named, because what is not sealed yet can be changed", async () => {
    await db.superuser.query("ALTER TABLE lintel.audit_log DISABLE TRIGGER append_only");
    expect(await types(db)).toEqual(["trigger-off"]);
    await db.superuser.query("ALTER TABLE lintel.audit_log ENABLE TRIGGER append_only");
    expect(await types(db)).toEqual(["trigger-off"]);
  });

  test("a list of problems ends, and their number is told", async () => {
    await db.record(110);
    await sealAudit(db.pool, limits());
    await db.tamper("DELETE FROM lintel.audit_log");
    const { problems, problemCount } = await verifyAudit(db.admin, {});
    expect(problems).toHaveLength(100);
    expect(problemCount).toBe(118);
  });
});

describe("the guard of the log", () => {
  const tampered: readonly (readonly [string, readonly string[]])[] = [
    [
      "CREATE OR REPLACE FUNCTION lintel.refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
      ["audit_log", "audit_seals"],
    ],
    ["ALTER FUNCTION lintel.refuse_change() RESET search_path", ["audit_log", "audit_seals"]],
    [
      "CREATE OR REPLACE TRIGGER append_only BEFORE DELETE ON lintel.audit_log FOR EACH STATEMENT EXECUTE FUNCTION lintel.refuse_change()",
      ["audit_log"],
    ],
    [
      "CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OF status OR DELETE OR TRUNCATE ON lintel.audit_log FOR EACH STATEMENT EXECUTE FUNCTION lintel.refuse_change()",
      ["audit_log"],
    ],
    [
      "CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON lintel.audit_seals FOR EACH STATEMENT WHEN (false) EXECUTE FUNCTION lintel.refuse_change()",
      ["audit_seals"],
    ],
    [
      `CREATE FUNCTION lintel.other() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
       CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON lintel.audit_log FOR EACH STATEMENT EXECUTE FUNCTION lintel.other()`,
      ["audit_log"],
    ],
    ["ALTER TABLE lintel.audit_log DISABLE TRIGGER append_only", ["audit_log"]],
    ["DROP TRIGGER append_only ON lintel.audit_seals; COMMENT ON SCHEMA lintel IS 'x'", ["audit_seals"]],
  ];
  let db: SealedDatabase;
  beforeAll(async () => {
    db = await sealedDatabase(server);
  });
  const migrateAgain = (): Promise<unknown> =>
    migrate({
      client: db.owner,
      bundle: bundleOf([bookRoom]),
      deployment: { level: "green", acknowledgements: [] },
      executorUser: roles.executor,
      adminUser: roles.admin,
    });
  const lastDeployment = async (): Promise<unknown> =>
    (await db.superuser.query<{ details: object }>("SELECT details FROM lintel.audit_log ORDER BY id DESC LIMIT 1"))
      .rows[0]?.details;

  test.each(tampered)(
    "what its owner makes of it is seen, and the next migration stands it up and records that: %s",
    async (text, tables) => {
      await db.owner.query(text);
      expect(await types(db)).toEqual(tables.map(() => "trigger-off"));
      await migrateAgain();
      expect(await types(db)).toEqual([]);
      expect(await lastDeployment()).toMatchObject({ guarded: tables });
      await expect(db.owner.query("UPDATE lintel.audit_log SET outcome = 'x'")).rejects.toThrow("append-only");
      await expect(db.owner.query("TRUNCATE lintel.audit_seals")).rejects.toThrow("append-only");
    },
  );

  test("is left alone by a migration that finds it as it was", async () => {
    const versions = async (): Promise<unknown> =>
      (await db.superuser.query(`SELECT "tgrelid", "xmin" FROM pg_trigger WHERE "tgname" = 'append_only' ORDER BY 1`))
        .rows;
    const before = await versions();
    await migrateAgain();
    expect(await versions()).toEqual(before);
    expect(await lastDeployment()).not.toHaveProperty("guarded");
  });
});
