import { createHash, randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sealAudit } from "../../../executor/audit/seal-audit.ts";
import { canonicalEntry } from "../../../executor/database/schema/audit-seals.ts";
import { createLogger, verifyAudit } from "../../../executor/index.ts";
import { startPostgres, type TestServer } from "../database/start-postgres.ts";
import { limits, types } from "./seal-and-verify.ts";
import { recordOne, type SealedDatabase, sealedDatabase } from "./sealed-database.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server.stop();
});

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
    await db.record(1);
    const { rows: recorded } = await db.superuser.query<{ id: string; entry: string }>(
      `SELECT id, ${canonicalEntry} AS "entry" FROM lintel.audit_log ORDER BY id DESC LIMIT 1`,
    );
    const { id, entry } = recorded[0] ?? { id: "", entry: "" };
    expect(entry).toContain("carla");
    const { rows } = await db.executor.query<object>("SELECT * FROM lintel.audit_to_seal(1, '-infinity', 10)");
    expect(rows).toEqual([
      {
        ids: [id],
        digests: createHash("sha256").update(entry).digest(),
        seen_id: id,
        writers: [],
        sealed_at: expect.any(Date) as Date,
        refused_until: expect.any(Date) as Date,
        refusal_count: "0",
        refusals_digest: createHash("sha256").digest(),
      },
    ]);
    await expect(db.admin.query("SELECT * FROM lintel.audit_to_seal(1, '-infinity', 10)")).rejects.toMatchObject({
      code: "42501",
    });
  });
});
