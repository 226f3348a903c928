import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type SealLimits, sealAudit } from "../../../executor/audit/seal-audit.ts";
import { auditKeysOf } from "../../../executor/audit/seal-hash.ts";
import { migrate } from "../../../executor/database/index.ts";
import { sealedColumns } from "../../../executor/database/schema/audit-seals.ts";
import { createLogger, readSettings, SettingsError, verifyAudit } from "../../../executor/index.ts";
import { bookRoom, bundleOf } from "../database/hotel.ts";
import { roles, startPostgres, type TestServer } from "../database/start-postgres.ts";
import { recordOne, type SealedDatabase, sealedDatabase } from "./sealed-database.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server.stop();
});

const silent = createLogger("silent");
const limits = (more: Partial<SealLimits> = {}): SealLimits => ({
  deadline: Date.now() + 60_000,
  log: silent,
  ...more,
});
const types = async (db: SealedDatabase, options: Parameters<typeof verifyAudit>[1] = {}) =>
  (await verifyAudit(db.admin, options)).problems.map(({ type, row }) => (row === undefined ? type : `${type} ${row}`));

describe("sealing", () => {
  let db: SealedDatabase;
  beforeEach(async () => {
    db = await sealedDatabase(server);
  });

  test("covers every record and the deployment, in batches that continue each other, and then has nothing to do", async () => {
    await db.record(24);
    expect(await sealAudit(db.pool, limits({ rows: 10 }))).toBe(25);
    expect(await verifyAudit(db.admin, {})).toMatchObject({ isIntact: true, seals: 3, rows: 25, unsealed: 0, gaps: 0 });
    await sealAudit(db.pool, limits());
    const { seals, head } = await verifyAudit(db.admin, {});
    expect(await sealAudit(db.pool, limits())).toBe(0);
    expect(await verifyAudit(db.admin, {})).toMatchObject({ isIntact: true, seals, head });
  });

  test("logs each head, so that it stands outside the database", async () => {
    const lines: string[] = [];
    const log = createLogger("info", { write: (line: string) => void lines.push(line) });
    await sealAudit(db.pool, limits({ log }));
    const { head } = await verifyAudit(db.admin, {});
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { severity: "INFO", seal: { number: "1", head, rows: 1 }, message: "the audit log was sealed" },
    ]);
  });

  test("a record that commits after later ones were sealed is sealed when it is there", async () => {
    const slow = await db.database.connect("executor");
    await slow.query("BEGIN");
    await slow.query(recordOne, [randomUUID(), db.digest]);
    await db.record(3);
    expect(await sealAudit(db.pool, limits())).toBe(4);
    await db.record(1);
    expect(await sealAudit(db.pool, limits())).toBe(1);
    await slow.query("COMMIT");
    expect(await sealAudit(db.pool, limits())).toBe(1);
    await sealAudit(db.pool, limits());
    expect(await verifyAudit(db.admin, {})).toMatchObject({ isIntact: true, rows: 6, unsealed: 0, gaps: 0 });
  });

  test("a record of a transaction that is rolled back leaves a gap, which is counted and no problem", async () => {
    await db.executor.query("BEGIN");
    await db.record(2);
    await db.executor.query("ROLLBACK");
    await db.record(2);
    await sealAudit(db.pool, limits());
    await sealAudit(db.pool, limits());
    expect(await verifyAudit(db.admin, {})).toMatchObject({ isIntact: true, rows: 3, gaps: 2 });
  });

  test("instances that seal at once while others write make one chain that holds every record once", async () => {
    const writers = await Promise.all([1, 2, 3, 4].map(() => db.database.connect("executor")));
    let isWriting = true;
    const writing = writers.map(async (writer, lane) => {
      for (let index = 0; index < 40; index += 1) {
        await writer.query("BEGIN");
        await writer.query(recordOne, [randomUUID(), db.digest]);
        await writer.query("SELECT pg_sleep($1)", [((index + lane) % 4) / 1000]);
        await writer.query((index + lane) % 7 === 0 ? "ROLLBACK" : "COMMIT");
      }
    });
    const sealing = [1, 2, 3].map(async () => {
      while (isWriting) await sealAudit(db.pool, limits({ rows: 7 }));
    });
    await Promise.all(writing);
    isWriting = false;
    await Promise.all(sealing);
    // A rolled back id that is the last of all is beyond what anybody has seen, and no gap yet.
    await db.record(1);
    await sealAudit(db.pool, limits());
    await sealAudit(db.pool, limits());
    const { rows } = await db.superuser.query<{ count: number }>(`SELECT count(*)::int FROM lintel.audit_log`);
    const total = rows[0]?.count ?? 0;
    const { rows: heads } = await db.superuser.query(`SELECT DISTINCT "previous_hash" FROM lintel.audit_seals`);
    const verdict = await verifyAudit(db.admin, {});
    expect(verdict).toMatchObject({ isIntact: true, rows: total, unsealed: 0, seals: heads.length });
    expect(verdict.gaps).toBe(162 - total);
  });

  test("counts of refusals are sealed ten minutes later, and what an instance held longer counts as of later", async () => {
    const count = (minutes: number): Promise<unknown> =>
      db.superuser.query(
        `INSERT INTO lintel.refusals VALUES (date_trunc('minute', clock_timestamp()) - $1 * interval '1 minute', 'book-room', 'unauthenticated', 7)`,
        [minutes],
      );
    await count(30);
    await count(20);
    await count(2);
    await sealAudit(db.pool, limits());
    expect(await verifyAudit(db.admin, {})).toMatchObject({ isIntact: true, refusals: 2 });
    await db.superuser.query(
      `UPDATE lintel.refusals SET "count" = 1 WHERE "minute" < clock_timestamp() - interval '25 minutes'`,
    );
    expect(await types(db)).toEqual(["refusals-changed"]);
  });
});

describe("rights", () => {
  let db: SealedDatabase;
  beforeAll(async () => {
    db = await sealedDatabase(server);
    await db.record(1);
    await sealAudit(db.pool, limits());
  });

  const changes = ["audit_log", "audit_seals"].flatMap((table) => [
    `UPDATE lintel.${table} SET ${table === "audit_log" ? "outcome = 'x'" : "hash = ''"}`,
    `DELETE FROM lintel.${table}`,
    `TRUNCATE lintel.${table}`,
  ]);

  test.each([
    ...changes,
    ...["audit_log", "audit_seals"].flatMap((table) => [
      `ALTER TABLE lintel.${table} DISABLE TRIGGER append_only`,
      `DROP TRIGGER append_only ON lintel.${table}`,
      `DROP TABLE lintel.${table}`,
    ]),
    "SET session_replication_role = replica",
    "SELECT * FROM lintel.audit_log",
    "CREATE OR REPLACE FUNCTION lintel.refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    `INSERT INTO lintel.audit_log (id, kind, execution_id, outcome, bundle_digest, started_at) OVERRIDING SYSTEM VALUE VALUES (2, 'execution', gen_random_uuid(), 'x', '', now())`,
    `INSERT INTO lintel.audit_log (recorded_at, kind, execution_id, outcome, bundle_digest, started_at) VALUES (now(), 'execution', gen_random_uuid(), 'x', '', now())`,
    `INSERT INTO lintel.audit_log (kind, execution_id, outcome, bundle_digest, started_at) VALUES ('execution', gen_random_uuid(), 'x', '', now()) ON CONFLICT (id) DO UPDATE SET outcome = 'x'`,
  ])("the executor cannot: %s", async (text) => {
    await expect(db.executor.query(text)).rejects.toMatchObject({ code: "42501" });
  });

  test.each(changes)("the owner is refused: %s", async (text) => {
    await expect(db.owner.query(text)).rejects.toThrow("append-only");
  });

  test.each(changes)("whoever calls himself a replica is refused too: %s", async (text) => {
    await db.superuser.query("SET session_replication_role = replica");
    await expect(db.superuser.query(text)).rejects.toThrow("append-only");
    await db.superuser.query("SET session_replication_role = origin");
  });

  test("what the executor learns of unsealed rows is ids and digests", async () => {
    const { rows } = await db.executor.query<object>("SELECT * FROM lintel.audit_to_seal(1, '-infinity', 10)");
    expect(JSON.stringify(rows)).not.toContain("carla");
    await expect(db.admin.query("SELECT * FROM lintel.audit_to_seal(1, '-infinity', 10)")).rejects.toMatchObject({
      code: "42501",
    });
  });
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

  test("a row that is changed together with its digest and hash breaks the chain", async () => {
    await db.tamper(
      `UPDATE lintel.audit_log SET outcome = 'refused' WHERE id = 3;
       UPDATE lintel.audit_seals SET hash = sha256('x') WHERE number = 1`,
    );
    expect(await types(db)).toEqual(["seal-changed", "row-changed 3", "seal-changed"]);
  });

  test("a trigger that is off is named, because what is not sealed yet can be changed", async () => {
    await db.superuser.query("ALTER TABLE lintel.audit_log DISABLE TRIGGER append_only");
    expect(await types(db)).toEqual(["trigger-off"]);
    await db.superuser.query("ALTER TABLE lintel.audit_log ENABLE TRIGGER append_only");
    expect(await types(db)).toEqual(["trigger-off"]);
  });

  test("a list of problems ends, and their number is told", async () => {
    await db.tamper(`UPDATE lintel.audit_seals SET writers = '{x}'; DELETE FROM lintel.audit_log`);
    expect((await verifyAudit(db.admin, {})).problemCount).toBeGreaterThan(8);
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

describe("a key", () => {
  const textOf = (byte: number): string => Buffer.alloc(32, byte).toString("base64");
  const key = (byte: number) => {
    const [found] = auditKeysOf(textOf(byte)) ?? [];
    if (found === undefined) throw new Error("no key");
    return found;
  };
  const settingsOf = (LINTEL_AUDIT_KEY: string) =>
    readSettings({ LINTEL_DATABASE_URL: "postgresql://127.0.0.1/x", LINTEL_AUDIT_KEY });
  const removeSeals = "DELETE FROM lintel.audit_seals; UPDATE lintel.audit_log SET caller_subject = 'mallory'";

  test("signs seals, so that a chain which was made anew without it is seen", async () => {
    const db = await sealedDatabase(server);
    await sealAudit(db.pool, limits());
    await db.record(1);
    await sealAudit(db.pool, limits({ key: key(1) }));
    await db.record(1);
    await sealAudit(db.pool, limits({ key: key(1) }));
    expect(await types(db, { keys: [key(1)] })).toEqual([]);
    expect(await types(db, { keys: [key(2)] })).toEqual(["seal-unsigned", "seal-unsigned"]);
    await db.tamper(`UPDATE lintel.audit_seals SET signature = sha256('x') WHERE number = 2`);
    expect(await types(db, { keys: [key(1)] })).toEqual(["seal-unsigned"]);
    await db.tamper(`UPDATE lintel.audit_seals SET signature = NULL, key_id = NULL WHERE number = 3`);
    expect(await types(db, { keys: [key(1)] })).toEqual(["seal-unsigned", "seal-unsigned"]);
  });

  test("shows a signed chain that was removed, over changed rows, and made anew unsigned", async () => {
    const db = await sealedDatabase(server);
    await db.record(3);
    await sealAudit(db.pool, limits({ key: key(1) }));
    expect(await verifyAudit(db.admin, { keys: [key(1)] })).toMatchObject({ isIntact: true, unsigned: 0 });
    await db.tamper(removeSeals);
    await sealAudit(db.pool, limits({ rows: 2 }));
    const { problems, seals } = await verifyAudit(db.admin, { keys: [key(1)] });
    const message = expect.stringContaining("is the last one and not signed") as string;
    expect(problems).toEqual([{ type: "seal-unsigned", seal: String(seals), message }]);
  });

  test("counts the first seals without a signature, and shows where one of them had to be signed", async () => {
    const db = await sealedDatabase(server);
    await db.record(3);
    await sealAudit(db.pool, limits({ key: key(1) }));
    await db.tamper(removeSeals);
    await sealAudit(db.pool, limits({ rows: 2 }));
    await db.record(1);
    await sealAudit(db.pool, limits({ key: key(1) }));
    const keys = [key(1)];
    const { seals, unsigned, isIntact } = await verifyAudit(db.admin, { keys });
    expect([isIntact, unsigned]).toEqual([true, seals - 1]);
    expect(unsigned).toBeGreaterThan(1);
    const since = (seal: number): Promise<readonly string[]> => types(db, { keys, signedSince: String(seal) });
    expect(await since(seals)).toEqual([]);
    expect(await since(seals - 1)).toEqual(["seal-unsigned"]);
    expect(await since(1)).toEqual(Array.from({ length: unsigned }, () => "seal-unsigned"));
    expect(await since(seals + 1)).toEqual(["seal-missing"]);
    await db.tamper("DELETE FROM lintel.audit_seals");
    expect(await since(1)).toEqual(["seal-missing"]);
  });

  test("is replaced by naming the new one first: the executor signs with it, and both verify", async () => {
    const db = await sealedDatabase(server);
    await sealAudit(db.pool, limits({ key: settingsOf(textOf(1)).auditKey }));
    await db.record(1);
    const both = `${textOf(2)}, ${textOf(1)}\n`;
    await sealAudit(db.pool, limits({ key: settingsOf(both).auditKey }));
    expect(await types(db, { keys: auditKeysOf(both) ?? [] })).toEqual([]);
    const { problems } = await verifyAudit(db.admin, { keys: [key(1)] });
    expect(problems.map(({ type, seal }) => [type, seal])).toEqual([["seal-unsigned", "2"]]);
  });

  test.each([
    " ",
    "short",
    Buffer.alloc(31).toString("base64"),
    `${textOf(1)}A`,
    `${textOf(1)},`,
    `,${textOf(1)}`,
    `${textOf(1)} ${textOf(2)}`,
    `${textOf(1)},short`,
  ])("%j is none, and the executor does not start with it", (text) => {
    expect(auditKeysOf(text)).toBeUndefined();
    expect(() => settingsOf(text)).toThrow(SettingsError);
  });

  test("is not needed", () => {
    expect(auditKeysOf(undefined)).toEqual([]);
    expect(settingsOf("").auditKey).toBeUndefined();
  });
});
